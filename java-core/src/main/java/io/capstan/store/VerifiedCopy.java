package io.capstan.store;

/**
 * A copy of a sealed chunk that was verified from beginning to end.
 *
 * @param lengthBytes of its file
 * @param digest SHA-256, as {@link io.capstan.format.ChunkDigest} defines it; not to be changed
 */
public record VerifiedCopy(long lengthBytes, byte[] digest) {}
