/**
 * Disk health: what the node's disks report, how likely each is to fail, and what to do before it does.
 *
 * <p>Start at {@link io.capstan.smart.DiskHealth#poll}: a round of readings ({@code collect}) goes into the disks' histories
 * ({@code history}), a model predicts from them ({@code model}, {@link io.capstan.smart.model.FailureModel}), the predictions are
 * held against policies, and a workflow acts ({@code policy}). Each of these has a class here that has one owner, {@link
 * io.capstan.smart.DiskHealth}.
 *
 * <p>May import {@code store}'s placement, {@code catalog} and {@code metrics}; Jackson for JSON and Hipparchus for
 * distributions, neither of which shows in a public signature.
 */
@NullMarked
package io.capstan.smart;

import org.jspecify.annotations.NullMarked;
