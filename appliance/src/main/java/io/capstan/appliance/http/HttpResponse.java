package io.capstan.appliance.http;

/**
 * A response.
 *
 * @param contentType value of the Content-Type header field
 * @param body given
 */
public record HttpResponse(int status, String contentType, byte[] body) {}
