package io.capstan.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.catalog.CatalogException.Reason;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A catalog of an older schema is brought forward, wholly or not at all. */
class MigrationTest {

    private static final CatalogOptions OPTIONS =
            CatalogOptions.defaults()
                    .withMapSizeInitialBytes(CatalogOptions.MAP_SIZE_MIN_BYTES)
                    .withSynchronousCommits(false);
    private static final Migration FIRST = Migrations.ALL.getFirst();

    @TempDir Path directory;

    private NodeIdentity created = new NodeIdentity(new java.util.UUID(0, 0), 0, 0);

    @BeforeEach
    void makeCatalogOfTheFirstSchema() {
        try (Catalog catalog = LmdbCatalog.open(directory, OPTIONS, List.of(FIRST))) {
            catalog.commit(transaction -> transaction.putParameters("old", new byte[] {1}));
            created = catalog.node();
        }
    }

    @Test
    void runsEachMissingStepInOrder() {
        Migration second = rename("old", "newer", 2);
        Migration third = rename("newer", "newest", 3);

        try (Catalog catalog = LmdbCatalog.open(directory, OPTIONS, List.of(FIRST, second))) {
            assertThat(catalog.node().schemaVersion()).isEqualTo(2);
        }
        List<Migration> all = List.of(FIRST, second, third);
        for (int i = 0; i < 2; i++) {
            try (Catalog catalog = LmdbCatalog.open(directory, OPTIONS, all)) {
                Optional<byte[]> newest = catalog.read(view -> view.parameters("newest"));
                assertThat(newest.orElseThrow()).containsExactly(1);
                assertThat(catalog.node())
                        .isEqualTo(
                                new NodeIdentity(
                                        created.nodeId(), created.createdEpochMillis(), 3));
            }
        }
    }

    @Test
    void runsAgainInALargerMap() {
        AtomicInteger calls = new AtomicInteger();
        Migration large =
                new Migration(
                        2,
                        (raw, options) -> {
                            calls.incrementAndGet();
                            for (int i = 0; i < 10_000; i++) {
                                putParameters(raw, "name" + i, new byte[100]);
                            }
                        });

        try (Catalog catalog = LmdbCatalog.open(directory, OPTIONS, List.of(FIRST, large))) {
            CatalogStatistics statistics = catalog.read(CatalogView::statistics);
            assertThat(statistics.entriesByDatabase()).containsEntry("parameters", 10_001L);
            assertThat(statistics.mapSizeBytes()).isGreaterThan(OPTIONS.mapSizeInitialBytes());
        }
        assertThat(calls).hasValueGreaterThan(1);
    }

    @Test
    void leavesNoTraceWhenAStepFails() {
        Migration broken =
                new Migration(
                        3,
                        (raw, options) -> {
                            throw new IllegalStateException("broken step");
                        });
        List<Migration> migrations = List.of(FIRST, rename("old", "newer", 2), broken);

        assertThatThrownBy(() -> LmdbCatalog.open(directory, OPTIONS, migrations))
                .hasMessage("broken step");

        try (Catalog catalog = LmdbCatalog.open(directory, OPTIONS, List.of(FIRST))) {
            Optional<byte[]> old = catalog.read(view -> view.parameters("old"));
            assertThat(old).isPresent();
            assertThat(catalog.node()).isEqualTo(created);
        }
    }

    @Test
    void readOnlyDoesNotMigrate() {
        List<Migration> migrations = List.of(FIRST, rename("old", "newer", 2));

        assertThatThrownBy(() -> LmdbCatalog.open(directory, OPTIONS.asReadOnly(), migrations))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("schema version 1 and must be opened for writing once")
                .extracting(e -> ((CatalogException) e).reason())
                .isEqualTo(Reason.OLDER_SCHEMA);
    }

    @Test
    void stepsAreNumberedFromOne() {
        assertThat(Migrations.ALL)
                .extracting(Migration::version)
                .containsExactlyElementsOf(
                        java.util.stream.IntStream.rangeClosed(1, Migrations.ALL.size())
                                .boxed()
                                .toList());
    }

    private static Migration rename(String from, String to, int version) {
        return new Migration(
                version,
                (raw, options) -> {
                    byte[] key = NamedValueDescriptor.key(from);
                    byte[] value = Objects.requireNonNull(raw.get(Database.PARAMETERS, key));
                    byte[] parameters = NamedValueDescriptor.PARAMETERS.decode(key, value).value();
                    raw.delete(Database.PARAMETERS, key);
                    putParameters(raw, to, parameters);
                });
    }

    private static void putParameters(RawTransaction raw, String name, byte[] value) {
        NamedValueDescriptor.Entry entry = new NamedValueDescriptor.Entry(name, value);
        NamedValueDescriptor descriptor = NamedValueDescriptor.PARAMETERS;
        raw.put(Database.PARAMETERS, descriptor.key(entry), descriptor.value(entry));
    }
}
