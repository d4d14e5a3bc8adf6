/**
 * HTTP/1.1 over a Unix domain socket: everything of Netty, and nothing of what is served.
 *
 * <p>May import Netty and {@code metrics}. Start reading at {@link io.capstan.appliance.http.UnixHttpServer}.
 */
@NullMarked
package io.capstan.appliance.http;

import org.jspecify.annotations.NullMarked;
