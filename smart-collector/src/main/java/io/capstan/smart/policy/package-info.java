/**
 * What is done about disks that are likely to fail.
 *
 * <p>A {@link io.capstan.smart.policy.Policy} says when something is done, {@link
 * io.capstan.smart.policy.PolicySimulation} what it would have done in the past, {@link io.capstan.smart.policy.Workflow} does
 * it: one disk at a time, step by step, over the store's placement of chunks.
 */
@NullMarked
package io.capstan.smart.policy;

import org.jspecify.annotations.NullMarked;
