package io.capstan.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.catalog.ChunkDigest;
import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.FileSource;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** What every tier keeps; a test class extends it. */
public abstract class TierProviderContract {

    protected static final ObjectKey NO_OBJECT =
            TierLayout.chunk(chunk(99), Digests.of(new byte[1]));

    private static final long DAY_MILLIS = 86_400_000;

    private TierProvider tier;

    /** The tier under test, empty at first; opened again it has what was put. */
    protected abstract TierProvider open() throws TierException;

    /** Makes what was recalled readable: lets so much time pass as the tier needs. */
    protected abstract void awaitRecall();

    /** Changes a byte of an object behind the tier's back. */
    protected abstract void damage(ObjectKey key) throws IOException;

    /** Stores the beginning of an object, as a process that dies does. */
    protected abstract void leaveUnfinished(ObjectKey key) throws IOException;

    @BeforeEach
    protected void openTier(TestInfo test) throws TierException {
        tier = open();
    }

    @AfterEach
    void closeTier() {
        tier.close();
    }

    protected static ChunkId chunk(long sequence) {
        return new ChunkId(new ContainerId(0x1234L << 48, sequence % 3), sequence);
    }

    protected static byte[] bytes(int seed, int lengthBytes) {
        byte[] bytes = new byte[lengthBytes];
        new java.util.Random(seed).nextBytes(bytes);
        return bytes;
    }

    protected static ObjectKey keyOf(long sequence, byte[] content) {
        return TierLayout.chunk(chunk(sequence), Digests.of(content));
    }

    protected ObjectKey put(long sequence, byte[] content) throws IOException {
        ObjectKey key = keyOf(sequence, content);
        assertThat(tier.put(key, FileSource.of(content), Digests.of(content)))
                .isEqualTo(content.length);
        return key;
    }

    protected byte[] get(ObjectKey key, long offset, int length) throws IOException {
        try (InputStream bytes = ((GetOutcome.Bytes) tier.get(key, offset, length)).bytes()) {
            return bytes.readAllBytes();
        }
    }

    private void recall(ObjectKey key) throws TierException {
        tier.recall(List.of(key));
        awaitRecall();
    }

    @Test
    void keepsWhatWasPut() throws Exception {
        byte[] content = bytes(1, 3_000_000);
        ObjectKey key = put(1, content);
        tier.close();
        tier = open();

        assertThat(tier.verify(key, content.length, Digests.of(content)))
                .isEqualTo(VerifyOutcome.VERIFIED);
        recall(key);
        assertThat(tier.head(key)).isEqualTo(new ObjectState.Online(content.length));
        assertThat(get(key, 0, content.length)).isEqualTo(content);
        assertThat(get(key, 1_500_000, 10))
                .isEqualTo(Arrays.copyOfRange(content, 1_500_000, 1_500_010));
    }

    /** V10, V12: what is there is not sent again. */
    @Test
    void sendsNothingTwice() throws Exception {
        byte[] content = bytes(2, 100_000);
        ObjectKey key = put(1, content);

        assertThat(tier.put(key, FileSource.of(content), Digests.of(content))).isZero();
    }

    /** V11: the far end finds out what was not written as it is. */
    @Test
    void refusesContentThatIsNotWhatItsDigestSays() throws Exception {
        byte[] content = bytes(3, 100_000);
        byte[] other = content.clone();
        other[500] ^= 1;
        ObjectKey key = keyOf(1, content);

        assertThatThrownBy(() -> tier.put(key, FileSource.of(other), Digests.of(content)))
                .isInstanceOf(TierException.class)
                .extracting(e -> ((TierException) e).reason())
                .isEqualTo(TierException.Reason.CORRUPT);
        assertThat(tier.head(key)).isEqualTo(new ObjectState.Absent());
    }

    /** V11: a damaged object is found, and made good by putting it again. */
    @Test
    void findsDamageAndIsMadeGood() throws Exception {
        byte[] content = bytes(4, 100_000);
        ObjectKey key = put(1, content);
        damage(key);

        assertThat(tier.verify(key, content.length, Digests.of(content)))
                .isEqualTo(VerifyOutcome.DIFFERENT);
        put(1, content);
        assertThat(tier.verify(key, content.length, Digests.of(content)))
                .isEqualTo(VerifyOutcome.VERIFIED);
    }

    @Test
    void aFaultOfTheContentLeavesNothing() throws Exception {
        ObjectKey key = keyOf(1, bytes(5, 10));
        FileSource broken =
                new FileSource() {
                    @Override
                    public int read(long position, MemorySegment target) throws IOException {
                        throw new IOException("bad sector");
                    }

                    @Override
                    public long lengthBytes() {
                        return 10;
                    }

                    @Override
                    public void close() {}
                };

        assertThatThrownBy(() -> tier.put(key, broken, Digests.of(bytes(5, 10))))
                .hasMessage("bad sector");
        assertThat(tier.head(key)).isEqualTo(new ObjectState.Absent());
        assertThat(tier.list("", Optional.empty(), 10)).isEmpty();
    }

    @Test
    void knowsWhatIsNotThere() throws Exception {
        ChunkDigest digest = Digests.of(new byte[1]);
        assertThat(tier.head(NO_OBJECT)).isEqualTo(new ObjectState.Absent());
        assertThat(tier.get(NO_OBJECT, 0, 1)).isEqualTo(new GetOutcome.Absent());
        assertThat(tier.verify(NO_OBJECT, 1, digest)).isEqualTo(VerifyOutcome.ABSENT);
        tier.delete(NO_OBJECT);
        tier.recall(List.of(NO_OBJECT));
    }

    /** V10, V13: what a process that died had begun to store is found once it is old enough, and given up. */
    @Test
    void givesUpWhatWasNotFinished() throws Exception {
        byte[] content = bytes(8, 100_000);
        ObjectKey key = keyOf(1, content);
        leaveUnfinished(key);
        long nowMillis = System.currentTimeMillis();

        assertThat(tier.unfinished(nowMillis - DAY_MILLIS)).isEmpty();
        assertThat(tier.unfinished(nowMillis + DAY_MILLIS)).containsExactly(key);
        assertThat(tier.list("", Optional.empty(), 10)).isEmpty();
        tier.giveUp(key);
        tier.giveUp(key);
        assertThat(tier.unfinished(nowMillis + DAY_MILLIS)).isEmpty();
        put(1, content);
        assertThat(tier.unfinished(nowMillis + DAY_MILLIS)).isEmpty();
    }

    @Test
    void deletes() throws Exception {
        ObjectKey key = put(1, bytes(6, 1000));
        tier.delete(key);

        assertThat(tier.head(key)).isEqualTo(new ObjectState.Absent());
        assertThat(tier.list("", Optional.empty(), 10)).isEmpty();
    }

    @Test
    void listsByKeyAndPage() throws Exception {
        List<ObjectKey> keys = new ArrayList<>();
        for (int i = 1; i <= 7; i++) {
            keys.add(put(i, bytes(i, 10 * i)));
        }
        keys.sort(null);

        assertThat(tier.list("", Optional.empty(), 100))
                .extracting(TierProvider.ListedObject::key)
                .containsExactlyElementsOf(keys);
        List<ObjectKey> paged = new ArrayList<>();
        Optional<ObjectKey> after = Optional.empty();
        do {
            List<TierProvider.ListedObject> page = tier.list("chunks/", after, 3);
            page.forEach(object -> paged.add(object.key()));
            after = page.stream().reduce((a, b) -> b).map(TierProvider.ListedObject::key);
        } while (after.isPresent());
        assertThat(paged).isEqualTo(keys);
        String container = keys.getFirst().text().substring(0, 43);
        assertThat(tier.list(container, Optional.empty(), 100))
                .extracting(TierProvider.ListedObject::key)
                .containsExactlyElementsOf(
                        keys.stream().filter(key -> key.text().startsWith(container)).toList());
        assertThat(tier.list("labels/", Optional.empty(), 100)).isEmpty();
    }

    /** V10: jobs and drives ask for the same objects at once. */
    @Test
    void manyAskForTheSameAtOnce() throws Exception {
        List<ObjectKey> keys = new ArrayList<>();
        for (int i = 1; i <= 10; i++) {
            keys.add(put(i, bytes(i, 10)));
        }
        try (ExecutorService askers = Executors.newFixedThreadPool(8)) {
            List<Future<?>> asked = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                asked.add(
                        askers.submit(() -> {
                            tier.recall(keys);
                            return true;
                        }));
            }
            for (Future<?> one : asked) {
                one.get();
            }
        }
        awaitRecall();
        for (ObjectKey key : keys) {
            assertThat(tier.head(key)).isEqualTo(new ObjectState.Online(10));
        }
    }

    /** V9, V10: what is archived comes after it was asked for, and asking again does no harm. */
    @Test
    void whatIsArchivedHasToBeRecalled() throws Exception {
        byte[] content = bytes(7, 5000);
        ObjectKey key = put(1, content);
        if (!tier.isAsynchronous()) {
            assertThat(tier.head(key)).isEqualTo(new ObjectState.Online(5000));
            return;
        }
        assertThat(tier.head(key)).isEqualTo(new ObjectState.Archived(5000));
        assertThat(tier.get(key, 0, 5000)).isEqualTo(new GetOutcome.NotRecalled());

        tier.recall(List.of(key));
        tier.recall(List.of(key));
        assertThat(tier.head(key)).isInstanceOf(ObjectState.Recalling.class);
        assertThat(tier.get(key, 0, 5000)).isEqualTo(new GetOutcome.NotRecalled());
        awaitRecall();
        assertThat(get(key, 0, 5000)).isEqualTo(content);
    }
}
