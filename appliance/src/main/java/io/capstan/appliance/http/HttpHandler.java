package io.capstan.appliance.http;

/** What a server serves. Called on a virtual thread for each request, any number at once up to the server's limit. */
public interface HttpHandler {

    /** Answers a request. Never throws for anything a client can send. */
    HttpResponse handle(HttpRequest request);

    /**
     * Answers what is no request, or one too many.
     *
     * @param status 4xx or 503
     * @param detail one sentence for the client
     */
    HttpResponse refuse(int status, String detail);
}
