/**
 * Disk health: what the node's disks report, how likely each is to fail, and what to do before it does.
 *
 * <p>Start at {@link io.capstan.smart.model.FailureModel}, which predicts, and {@link io.capstan.smart.history.Trajectory},
 * which it predicts from. {@code history} keeps what disks reported, {@code model} learns from it.
 *
 * <p>May import {@code store}'s placement, {@code catalog} and {@code metrics}; Jackson for JSON and Hipparchus for
 * distributions, neither of which shows in a public signature.
 */
@NullMarked
package io.capstan.smart;

import org.jspecify.annotations.NullMarked;
