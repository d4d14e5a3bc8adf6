/**
 * The REST API: routes, the JSON they speak, and the OpenAPI document that describes both.
 *
 * <p>May import the node, the HTTP server, Jackson, and whatever the node is made of. Start reading at {@link
 * io.capstan.appliance.api.Api} for how a request is handled and at {@link io.capstan.appliance.api.LibraryRoutes} for what
 * a route is; {@link io.capstan.appliance.api.Documents} has the shape of every document.
 */
@NullMarked
package io.capstan.appliance.api;

import org.jspecify.annotations.NullMarked;
