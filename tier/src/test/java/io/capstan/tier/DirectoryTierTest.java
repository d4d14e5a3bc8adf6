package io.capstan.tier;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryTierTest extends TierProviderContract {

    @TempDir Path directory;

    @Override
    protected TierProvider open() throws TierException {
        DirectoryTier tier = new DirectoryTier(directory.resolve("tier"), "test");
        tier.begin();
        return tier;
    }

    @Override
    protected void awaitRecall() {}

    @Override
    protected void damage(ObjectKey key) throws IOException {
        flipBit(directory.resolve("tier").resolve(key.text()));
    }

    @Override
    protected void leaveUnfinished(ObjectKey key) throws IOException {
        leavePart(directory.resolve("tier"), key);
    }

    /** Beside it what is none of a tier's. */
    static void leavePart(Path tier, ObjectKey key) throws IOException {
        Path part = tier.resolve(key.text() + ".part");
        Files.createDirectories(part.resolveSibling(""));
        Files.write(part, bytes(9, 100));
        Files.write(tier.resolve("backup.tar.part"), bytes(9, 100));
    }

    static void flipBit(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 4;
        Files.write(file, bytes);
    }

    /** An empty mount point is not taken for a tier that lost everything, nor another tier for this one. */
    @Test
    void refusesADirectoryThatIsNotItsOwn() throws Exception {
        Files.createDirectories(directory.resolve("empty"));
        DirectoryTier unmounted = new DirectoryTier(directory.resolve("empty"), "test");
        DirectoryTier other = new DirectoryTier(directory.resolve("tier"), "other");

        for (DirectoryTier tier : java.util.List.of(unmounted, other)) {
            assertThatThrownBy(() -> tier.list("", Optional.empty(), 1))
                    .isInstanceOf(TierException.class)
                    .extracting(e -> ((TierException) e).reason())
                    .isEqualTo(TierException.Reason.NOT_THERE);
        }
    }
}
