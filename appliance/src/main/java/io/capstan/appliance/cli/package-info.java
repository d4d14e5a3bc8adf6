/**
 * capstan: the command line. It speaks to the daemon over the API's socket; what concerns files alone needs no daemon.
 *
 * <p>May import picocli, Jackson, {@code format}, and the node's storage for commands on a stopped node. Start reading at
 * {@link io.capstan.appliance.cli.CapstanCli}. Commands are one class for each noun.
 */
@NullMarked
package io.capstan.appliance.cli;

import org.jspecify.annotations.NullMarked;
