package io.capstan.appliance.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.capstan.catalog.CartridgeRecord;
import io.capstan.catalog.CartridgeState;
import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogOptions;
import io.capstan.catalog.ChunkDigest;
import io.capstan.catalog.ChunkRecord;
import io.capstan.catalog.ChunkState;
import io.capstan.catalog.ContainerRecord;
import io.capstan.catalog.DiskRecord;
import io.capstan.catalog.ElementLocation;
import io.capstan.catalog.ElementRecord;
import io.capstan.catalog.PartitionState;
import io.capstan.catalog.TierCopyRecord;
import io.capstan.config.AccountingSettings;
import io.capstan.config.AccountingSettings.Price;
import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.DiskId;
import io.capstan.format.VolumeIdentifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** V13: bytes and cost per tier, library, pool and cartridge, over time, on a clock that moves when the test says so. */
class AccountingTest {

    private static final long GIB = 1L << 30;
    private static final long DAY_MILLIS = 86_400_000;
    private static final long START = 1_790_000_000_000L;
    private static final DiskId DISK = new DiskId(1, 2);
    private static final DiskId MIRROR = new DiskId(3, 4);
    private static final VolumeIdentifier FIRST = new VolumeIdentifier("ACC001L8");
    private static final VolumeIdentifier SECOND = new VolumeIdentifier("ACC002L8");
    private static final ContainerId OF_FIRST = ContainerId.of(new UUID(1, 1));
    private static final ContainerId OF_SECOND = ContainerId.of(new UUID(2, 2));
    private static final AccountingSettings SETTINGS =
            new AccountingSettings(
                    "EUR", 24, List.of(new Price("active", 10, 0, 0), new Price("vault", 1, 4, 2)));

    @TempDir Path directory;

    private long nowMillis = START;
    private Catalog catalog;
    private Accounting accounting;

    @BeforeEach
    void open() throws IOException {
        catalog =
                Catalog.open(
                        directory.resolve("catalog"),
                        CatalogOptions.defaults()
                                .withMapSizeInitialBytes(CatalogOptions.MAP_SIZE_MIN_BYTES)
                                .withSynchronousCommits(false));
        catalog.commit(change -> {
            change.putDisk(DiskRecord.added(DISK, "/disk", "fast"));
            change.putDisk(DiskRecord.added(MIRROR, "/mirror", "fast"));
        });
        make(FIRST, OF_FIRST, "fast", List.of(DISK, MIRROR));
        make(SECOND, OF_SECOND, "slow", List.of(DISK));
        catalog.commit(change ->
                change.putElement(
                        new ElementRecord(
                                new ElementLocation("lib0", 1000), FIRST, OptionalInt.empty())));
        reopen();
    }

    @AfterEach
    void close() {
        accounting.close();
        catalog.close();
    }

    private void reopen() throws IOException {
        accounting =
                Accounting.open(
                        directory.resolve("accounting"),
                        catalog,
                        SETTINGS,
                        () -> Instant.ofEpochMilli(nowMillis));
    }

    /** A cartridge of one chunk of 1 GiB. */
    private void make(
            VolumeIdentifier volume, ContainerId container, String pool, List<DiskId> disks) {
        catalog.commit(change -> {
            change.putContainer(
                    new ContainerRecord(
                            container, 0, 2, false, List.of(PartitionState.empty(1000)), pool));
            change.putCartridge(
                    new CartridgeRecord(
                            volume,
                            container,
                            0x78,
                            0x5E,
                            1000,
                            false,
                            false,
                            START,
                            0,
                            0,
                            List.of(),
                            CartridgeState.PRESENT));
            change.putChunk(
                    new ChunkRecord(
                            new ChunkId(container, 1),
                            ChunkState.SEALED,
                            GIB,
                            10,
                            Optional.empty(),
                            disks));
        });
    }

    private void copyToVault(ContainerId container) {
        catalog.commit(change ->
                change.putTierCopy(
                        new TierCopyRecord(
                                new ChunkId(container, 1),
                                "vault",
                                GIB,
                                ChunkDigest.of(new byte[ChunkDigest.LENGTH_BYTES]),
                                nowMillis)));
    }

    private void releaseLocal(ContainerId container) {
        catalog.commit(change ->
                change.putChunk(
                        change.chunk(new ChunkId(container, 1))
                                .orElseThrow()
                                .withDisks(List.of())));
    }

    private void passDays(int days) throws IOException {
        accounting.note();
        nowMillis += days * DAY_MILLIS;
    }

    @Test
    void whatIsThereNow() throws IOException {
        copyToVault(OF_SECOND);

        assertThat(accounting.now(Usage.Key.TIER))
                .extracting(Accounting.NowRow::key, Accounting.NowRow::bytes)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("active", 3 * GIB),
                        org.assertj.core.groups.Tuple.tuple("vault", GIB));
        assertThat(accounting.now(Usage.Key.LIBRARY))
                .extracting(Accounting.NowRow::key, Accounting.NowRow::costPerMonth)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("", 11.0),
                        org.assertj.core.groups.Tuple.tuple("lib0", 20.0));
        assertThat(accounting.now(Usage.Key.POOL))
                .extracting(Accounting.NowRow::key)
                .containsExactly("fast", "slow");
        assertThat(accounting.now(Usage.Key.CARTRIDGE))
                .extracting(Accounting.NowRow::key)
                .containsExactly("ACC001L8", "ACC002L8");
    }

    @Test
    void costsFollowTheDataAndEndWithIt() throws IOException {
        passDays(15);
        copyToVault(OF_SECOND);
        releaseLocal(OF_SECOND);
        passDays(30);
        catalog.commit(change -> {
            change.destroyCartridge(SECOND);
            change.removeChunk(new ChunkId(OF_SECOND, 1));
            change.removeTierCopy(new ChunkId(OF_SECOND, 1), "vault");
            change.removeContainer(OF_SECOND);
        });
        passDays(45);
        reopen();

        double second = cost(Usage.Key.CARTRIDGE, "ACC002L8", START, nowMillis);
        assertThat(second).isEqualTo(0.5 * 10 + 1, within(1e-9));
        assertThat(cost(Usage.Key.CARTRIDGE, "ACC001L8", START, nowMillis))
                .isEqualTo(3 * 20, within(1e-9));
        assertThat(cost(Usage.Key.TIER, "vault", START, nowMillis)).isEqualTo(1, within(1e-9));
        assertThat(cost(Usage.Key.CARTRIDGE, "ACC002L8", START, START + 3 * DAY_MILLIS))
                .isEqualTo(1, within(1e-9));
        assertThat(accounting.history(Usage.Key.CARTRIDGE, START + 45 * DAY_MILLIS, nowMillis))
                .as("after it was destroyed")
                .extracting(Accounting.Row::key)
                .containsExactly("ACC001L8");
        assertThat(accounting.now(Usage.Key.CARTRIDGE))
                .extracting(Accounting.NowRow::key)
                .containsExactly("ACC001L8");
    }

    private double cost(Usage.Key by, String key, long from, long to) throws IOException {
        return accounting.history(by, from, to).stream()
                .filter(row -> row.key().equals(key))
                .mapToDouble(Accounting.Row::cost)
                .sum();
    }

    /** What is in a tier and belongs to no cartridge any more costs until it is deleted. */
    @Test
    void copiesThatNobodyOwnsAreCountedToo() throws IOException {
        copyToVault(ContainerId.of(new UUID(9, 9)));

        assertThat(accounting.now(Usage.Key.CARTRIDGE).getFirst())
                .extracting(Accounting.NowRow::key, Accounting.NowRow::bytes)
                .containsExactly("", GIB);
    }

    /** What came from a tier costs when it came, by bytes and by requests, whoever it belongs to. */
    @Test
    void whatIsFetchedCostsToo() throws IOException {
        passDays(10);
        accounting.fetched(OF_FIRST, "vault", GIB);
        accounting.fetched(OF_FIRST, "vault", 2 * GIB);
        accounting.fetched(OF_SECOND, "elsewhere", GIB);
        accounting.fetched(ContainerId.of(new UUID(9, 9)), "vault", GIB);
        accounting.noteFetched();
        accounting.noteFetched();
        nowMillis += DAY_MILLIS;
        reopen();

        assertThat(accounting.history(Usage.Key.TIER, START + 10 * DAY_MILLIS, nowMillis))
                .filteredOn(row -> !row.key().equals("active"))
                .containsExactly(
                        new Accounting.Row("elsewhere", 0, 1, 0),
                        new Accounting.Row("vault", 0, 4, 4 * 4 + 3 * 2));
        assertThat(cost(Usage.Key.CARTRIDGE, "", START, nowMillis)).isEqualTo(4 + 2);
        assertThat(cost(Usage.Key.LIBRARY, "lib0", START, nowMillis))
                .isEqualTo(3 * 4 + 2 * 2 + 11.0 / 30 * 20, within(1e-9));
        assertThat(accounting.history(Usage.Key.TIER, START, START + 10 * DAY_MILLIS))
                .as("before")
                .extracting(Accounting.Row::key)
                .containsExactly("active");
    }

    @Test
    void aTornLineIsDroppedAndNothingElse() throws IOException {
        passDays(1);
        Path file = directory.resolve("accounting/usage.jsonl");
        assertThat(Files.readAllLines(file)).hasSize(2);
        Files.writeString(
                file, "{\"at\":1,\"cartr", StandardCharsets.UTF_8, StandardOpenOption.APPEND);
        reopen();
        copyToVault(OF_FIRST);
        passDays(1);

        assertThat(Files.readAllLines(file)).hasSize(3).allMatch(line -> line.endsWith("}}"));
        assertThat(cost(Usage.Key.TIER, "vault", START, nowMillis))
                .isEqualTo(1 / 30.0, within(1e-9));
    }

    @Test
    void nothingIsWrittenWhereNothingChanged() throws IOException {
        passDays(1);
        passDays(1);

        assertThat(Files.readAllLines(directory.resolve("accounting/usage.jsonl"))).hasSize(2);
    }
}
