package io.capstan.tier;

/**
 * The name of an object in a tier: segments of letters, digits, {@code . _ -}, with slashes between, 512 characters at most.
 */
public record ObjectKey(String text) implements Comparable<ObjectKey> {

    static final int LENGTH_MAX = 512;

    public ObjectKey {
        if (text.length() > LENGTH_MAX
                || !text.matches("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")) {
            throw new IllegalArgumentException("not an object key: '" + text + "'");
        }
    }

    @Override
    public int compareTo(ObjectKey other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
