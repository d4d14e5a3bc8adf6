package io.capstan.tier;

import io.capstan.store.Bandwidth;
import io.capstan.store.Pace;

/**
 * A tier of this node.
 *
 * @param name what configuration, catalog and operators call it
 * @param kind in a word, for operators: {@code directory}, {@code vault}, {@code s3}
 * @param provider given: closed with it
 * @param bytesPerSecond that may go there, and as many that may come from there
 */
public record Tier(
        String name, String kind, TierProvider provider, long bytesPerSecond, Bandwidth pace)
        implements AutoCloseable {

    public static Tier of(String name, String kind, TierProvider provider, long bytesPerSecond) {
        return new Tier(
                name,
                kind,
                provider,
                bytesPerSecond,
                new Bandwidth(() -> bytesPerSecond, System::nanoTime));
    }

    Pace bandwidth() {
        return pace;
    }

    /** Whoever waits for bandwidth is ended first. */
    @Override
    public void close() {
        pace.close();
        provider.close();
    }
}
