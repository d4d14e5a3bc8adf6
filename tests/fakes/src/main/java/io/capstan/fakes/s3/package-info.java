/**
 * An S3 store on loopback: {@link io.capstan.fakes.s3.S3Server} is S3Proxy, which knows nothing of Capstan; {@link
 * io.capstan.fakes.s3.S3Front} stands before it with what a test server has not: faults, and archival storage classes.
 */
@NullMarked
package io.capstan.fakes.s3;

import org.jspecify.annotations.NullMarked;
