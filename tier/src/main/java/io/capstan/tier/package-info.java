/**
 * Tiers: where chunks are that are not on the node's own disks, and the jobs that bring them there and back.
 *
 * <p>{@link io.capstan.tier.TierProvider} is what a tier can do, {@link io.capstan.tier.TierLayout} what its objects are
 * called, {@link io.capstan.tier.TierJobs} the engine, and {@code Transfer} the life of one job: start reading there.
 *
 * <p>May import {@code store}, {@code catalog}, {@code format} and {@code metrics}.
 */
@NullMarked
package io.capstan.tier;

import org.jspecify.annotations.NullMarked;
