package io.capstan.catalog;

/** A key and its value as stored. */
record RawEntry(byte[] key, byte[] value) {}
