package io.capstan.tier;

import io.capstan.format.ContainerId;

/** Is told of every chunk that came from a tier, which may cost something. Called on any thread; returns at once. */
@FunctionalInterface
public interface FetchObserver {

    /**
     * @param container that the chunk is of
     */
    void fetched(ContainerId container, String tier, long bytes);
}
