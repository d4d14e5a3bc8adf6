package io.capstan.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RecallAndAccountingTest {

    private static final String TIERS =
            """
            tiers:
              - {name: vault, kind: vault, directory: /vault}
            """;

    @Test
    void defaults() {
        Configuration defaults = Configuration.defaults();

        assertThat(defaults.recall().readAheadBytes()).isEqualTo(256L << 20);
        assertThat(defaults.recall().holdSeconds())
                .as("less than the 900 s that st waits for a READ")
                .isEqualTo(600);
        assertThat(defaults.recall().keepsFirstChunks()).isFalse();
        assertThat(defaults.generations().keepDays()).isZero();
        assertThat(defaults.shelf()).isEqualTo(new ShelfSettings(Optional.empty(), false));
        assertThat(defaults.tombstones().keepDays()).as("kept for ever").isEmpty();
        assertThat(defaults.accounting().currency()).isEqualTo("EUR");
        assertThat(defaults.accounting().intervalHours()).isEqualTo(24);
        assertThat(defaults.accounting().of("active"))
                .isEqualTo(new AccountingSettings.Price("active", 0, 0, 0));
    }

    @Test
    void readsEveryKey() {
        Configuration read =
                parse(
                        TIERS
                                + """
                                recall:
                                  read-ahead: 0B
                                  hold-seconds: 0
                                  keep-first-chunks: true
                                generations:
                                  keep-days: 14
                                tombstones:
                                  keep-days: 3650
                                shelf:
                                  tier: vault
                                  keep: true
                                accounting:
                                  currency: USD
                                  interval-hours: 1
                                  prices:
                                    - {tier: active, gib-month: 0.02}
                                    - {tier: vault, gib-month: 0.001, gib-recalled: 0.03, request: 0.0005}
                                """);

        assertThat(read.recall()).isEqualTo(new RecallSettings(0, 0, true));
        assertThat(read.generations()).isEqualTo(new GenerationSettings(14));
        assertThat(read.shelf()).isEqualTo(new ShelfSettings(Optional.of("vault"), true));
        assertThat(read.tombstones()).isEqualTo(new TombstoneSettings(OptionalInt.of(3650)));
        assertThat(read.accounting())
                .isEqualTo(
                        new AccountingSettings(
                                "USD",
                                1,
                                List.of(
                                        new AccountingSettings.Price("active", 0.02, 0, 0),
                                        new AccountingSettings.Price(
                                                "vault", 0.001, 0.03, 0.0005))));
        assertThat(read.accounting().of("vault").gibRecalled()).isEqualTo(0.03);
    }

    /** V6: a pool has a time of its own, or none. */
    @Test
    void aPoolKeepsGenerationsForItsOwnTime() {
        List<PoolSettings> pools =
                parse(
                                """
                                data-dir: /srv/capstan
                                store:
                                  pools:
                                    - {name: default, directories: [/srv/disk0]}
                                    - {name: slow, keep-generations-days: 30, directories: [/srv/disk1]}
                                """)
                        .store()
                        .pools();
        assertThat(pools)
                .extracting(PoolSettings::keepGenerationsDays)
                .containsExactly(OptionalInt.empty(), OptionalInt.of(30));
        assertThatThrownBy(() ->
                        parse(
                                "store: {pools: [{name: a, keep-generations-days: -1, directories: [/d]}]}"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("keep-generations-days");
    }

    /** V20. */
    @Test
    void theShelfIsInATierThatIsThere() {
        assertThatThrownBy(() -> parse(TIERS + "shelf: {tier: other}"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("shelf.tier")
                .hasMessageContaining("there is no tier other");
    }

    /** V7: for a day at least, or for ever. */
    @Test
    void tombstonesAreKeptForDays() {
        for (String days : List.of("0", "36501", "soon")) {
            assertThatThrownBy(() -> parse("tombstones: {keep-days: %s}".formatted(days)))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("tombstones.keep-days");
        }
        assertThatThrownBy(() -> parse("tombstones: {keep: 3}"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("keep");
    }

    @Test
    void aPriceIsOfATierThatIsThere() {
        assertThatThrownBy(() -> parse(TIERS + "accounting: {prices: [{tier: other}]}"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("there is no tier other");
        assertThatThrownBy(() -> parse(TIERS + "accounting: {prices: [{gib-month: 1}]}"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("is missing");
        assertThatThrownBy(
                        () -> parse(TIERS + "accounting: {prices: [{tier: vault}, {tier: vault}]}"))
                .isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> parse("recall: {hold-seconds: 100000}"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("86400");
    }

    private static Configuration parse(String text) {
        return Configuration.parse("capstan.yaml", text, new TestEquipment());
    }
}
