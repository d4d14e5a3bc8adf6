/**
 * A tier in a bucket of an S3-compatible store, archival storage classes included.
 *
 * <p>{@link io.capstan.tier.s3.S3Tier} is the provider, {@link io.capstan.tier.s3.S3Options} what can be chosen. Types of the
 * AWS SDK stay here, and are not loaded before a tier is opened.
 */
@NullMarked
package io.capstan.tier.s3;

import org.jspecify.annotations.NullMarked;
