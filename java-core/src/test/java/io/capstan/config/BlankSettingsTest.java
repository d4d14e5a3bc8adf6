package io.capstan.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class BlankSettingsTest {

    private static final String LIBRARIES =
            """
            libraries:
              - {name: lib0}
              - {name: lib1, import-export-elements: 0}
            blank-cartridges:
            """;

    @Test
    void thereAreNoRulesByDefault() {
        assertThat(Configuration.defaults().blankCartridges()).isEmpty();
    }

    @Test
    void readsEveryKey() {
        Configuration read =
                parse(
                        """
                          - {library: lib0, prefix: CAP, at-least: 5}
                          - library: lib0
                            prefix: BIG
                            at-least: 10000
                            medium: LTO-9
                            suffix: ""
                            capacity: 1GiB
                            arrive: import-export
                            pool: default
                            keep-generations-days: 0
                            lock-days: 3650
                        """);

        assertThat(read.blankCartridges())
                .containsExactly(
                        new BlankSettings(
                                "lib0",
                                "CAP",
                                5,
                                "LTO-8",
                                "L8",
                                OptionalLong.empty(),
                                false,
                                "default",
                                OptionalInt.empty(),
                                OptionalInt.empty()),
                        new BlankSettings(
                                "lib0",
                                "BIG",
                                10_000,
                                "LTO-9",
                                "",
                                OptionalLong.of(1 << 30),
                                true,
                                "default",
                                OptionalInt.of(0),
                                OptionalInt.of(3650)));
    }

    @Test
    void whatIsWrongIsSaid() {
        refused("  - {library: lib9, prefix: CAP, at-least: 1}", "there is no library lib9");
        refused("  - {library: lib0, at-least: 1}", "is missing");
        refused("  - {library: lib0, prefix: CAP}", "is missing");
        refused("  - {library: lib0, prefix: CAP, at-least: 0}", "not within 1 to 10000");
        refused("  - {library: lib0, prefix: TOOLONG, at-least: 1}", "barcode prefix");
        refused(
                "  - {library: lib0, prefix: CAP, at-least: 1, pool: slow}",
                "'slow' is not one of default");
        refused(
                "  - {library: lib0, prefix: CAP, at-least: 1, lock-days: 3651}",
                "3651 is not within 0 to 3650");
        refused(
                "  - {library: lib1, prefix: CAP, at-least: 1, arrive: import-export}",
                "has no import/export element");
        refused(
                "  - {library: lib0, prefix: CAP, at-least: 1}\n"
                        + "  - {library: lib0, prefix: CAP, at-least: 2}",
                "prefix of blank cartridges");
    }

    private static void refused(String rules, String reason) {
        assertThatThrownBy(() -> parse(rules))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(reason);
    }

    private static Configuration parse(String rules) {
        return Configuration.parse("capstan.yaml", LIBRARIES + rules, new TestEquipment());
    }
}
