package io.capstan.tier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VaultTierTest extends TierProviderContract {

    private static final long DELAY = 4_000;
    private static final long WINDOW = 1_000;
    private static final long KEPT = 10_000;

    @TempDir Path directory;

    private final AtomicLong nowMillis = new AtomicLong(1_000_100);

    @Override
    protected TierProvider open() throws TierException {
        VaultTier vault =
                new VaultTier(
                        directory.resolve("vault"),
                        "test",
                        new VaultTier.Options(DELAY, WINDOW, KEPT),
                        () -> Instant.ofEpochMilli(nowMillis.get()));
        vault.begin();
        return vault;
    }

    @Override
    protected void awaitRecall() {
        nowMillis.addAndGet(DELAY + WINDOW);
    }

    @Override
    protected void damage(ObjectKey key) throws IOException {
        DirectoryTierTest.flipBit(directory.resolve("vault").resolve(key.text()));
    }

    @Override
    protected void leaveUnfinished(ObjectKey key) throws IOException {
        DirectoryTierTest.leavePart(directory.resolve("vault"), key);
    }

    /** V9, V10: requests of one window are one batch; the vault says when it is ready, across restarts, and takes it back. */
    @Test
    void requestsAreGatheredIntoBatches() throws Exception {
        ObjectKey first = put(1, bytes(1, 10));
        ObjectKey second = put(2, bytes(2, 10));
        ObjectKey third = put(3, bytes(3, 10));
        try (TierProvider vault = open()) {
            vault.recall(List.of(first));
            nowMillis.addAndGet(800);
            vault.recall(List.of(second));
            nowMillis.addAndGet(200);
            vault.recall(List.of(third));
        }
        OptionalLong ready = OptionalLong.of(1_001_000 + DELAY);
        try (TierProvider vault = open()) {
            assertThat(vault.head(first)).isEqualTo(new ObjectState.Recalling(10, ready));
            assertThat(vault.head(second)).isEqualTo(new ObjectState.Recalling(10, ready));
            assertThat(vault.head(third))
                    .isEqualTo(new ObjectState.Recalling(10, OptionalLong.of(1_002_000 + DELAY)));
            nowMillis.set(1_001_000 + DELAY);
            assertThat(vault.head(second)).isEqualTo(new ObjectState.Online(10));
            assertThat(vault.head(third)).isInstanceOf(ObjectState.Recalling.class);
            nowMillis.addAndGet(KEPT);
            assertThat(vault.head(second)).isEqualTo(new ObjectState.Archived(10));
        }
    }
}
