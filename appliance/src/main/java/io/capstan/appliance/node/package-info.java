/**
 * The node: storage, libraries, drives and transports put together, started and stopped in order.
 *
 * <p>May import every room of the product but the appliance's own API and command line. Start reading at {@link
 * io.capstan.appliance.node.Node}.
 */
@NullMarked
package io.capstan.appliance.node;

import org.jspecify.annotations.NullMarked;
