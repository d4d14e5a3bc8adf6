package io.capstan.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** V24: section {@code tenants}, and what in it would let one tenant see another. */
class TenantSettingsTest {

    private static final String DIGEST = "ab".repeat(32);

    private static final String LIBRARIES =
            """
            libraries:
              - {name: lib0}
              - {name: lib1}
              - {name: lib2}
            """;

    @Test
    void readsEveryKey() {
        Configuration read =
                parse(
                        LIBRARIES
                                + """
                                api:
                                  socket: /run/a.sock
                                  tenant-socket: /run/b.sock
                                tenants:
                                  - name: acme
                                    libraries: [lib0, lib1]
                                    initiators: ['iqn.2026-01.org.acme:host']
                                    users: [acme-backup]
                                    mutual-user: capstan
                                    token-sha256: [%s]
                                  - name: bolt
                                """
                                        .formatted(DIGEST));
        assertThat(read.tenants())
                .containsExactly(
                        new TenantSettings(
                                "acme",
                                List.of("lib0", "lib1"),
                                new IscsiSettings.Access(
                                        List.of("iqn.2026-01.org.acme:host"),
                                        List.of("acme-backup"),
                                        Optional.of("capstan")),
                                List.of(DIGEST)),
                        new TenantSettings(
                                "bolt",
                                List.of(),
                                new IscsiSettings.Access(List.of(), List.of(), Optional.empty()),
                                List.of()));
        assertThat(read.api())
                .isEqualTo(
                        new ApiSettings(
                                Path.of("/run/a.sock"), Optional.of(Path.of("/run/b.sock"))));
    }

    @Test
    void thereAreNoneByDefault() {
        assertThat(Configuration.defaults().tenants()).isEmpty();
        assertThat(Configuration.defaults().api().tenantSocket()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{libraries: [lib0]}|is missing",
                "{name: Acme}|a name: a lower-case letter",
                "{name: acme, libraries: [lib9]}|there is no library lib9",
                "{name: acme, token-sha256: [secret]}|is not a SHA-256",
                "{name: acme, other: 1}|unknown key",
                "{name: acme, libraries: [lib0]}, {name: bolt, libraries: [lib0]}|lib0 is used in line",
                "{name: acme}, {name: acme}|acme is used in line",
                "{name: acme, users: [u]}, {name: bolt, users: [u]}|CHAP user of a tenant u is used",
                "{name: acme, initiators: [iqn.2026-01.a:b]}, {name: bolt, initiators: [iqn.2026-01.a:b]}|is used in line"
            })
    void refusesWhatMakesNoSense(String tenants, String reason) {
        refused(LIBRARIES + "tenants: [" + tenants + "]\n", reason);
    }

    @Test
    void refusesALinkToAnotherTenant() {
        String links =
                """
                links:
                  - ends: [{library: lib0, import-export: 1}, {library: lib1, import-export: 1}]
                """;
        refused(
                LIBRARIES + links + "tenants: [{name: acme, libraries: [lib0]}]\n",
                "only one of them is this tenant's");
        refused(
                LIBRARIES
                        + links
                        + "tenants: [{name: acme, libraries: [lib0]}, {name: bolt, libraries: [lib1]}]\n",
                "only one of them is this tenant's");
        assertThat(
                        parse(
                                        LIBRARIES
                                                + links
                                                + "tenants: [{name: acme, libraries: [lib0, lib1]}]\n")
                                .tenants())
                .hasSize(1);
    }

    @Test
    void refusesInitiatorsThatGetInElsewhere() {
        refused(
                LIBRARIES
                        + "iscsi: {access: {users: [u]}}\n"
                        + "tenants: [{name: acme, libraries: [lib0], users: [u]}]\n",
                "iscsi.access lets user u in too");
        refused(
                LIBRARIES
                        + "iscsi: {targets: [{library: lib1, access: {users: [u]}}]}\n"
                        + "tenants: [{name: acme, libraries: [lib0], users: [u]}]\n",
                "the target of library lib1 lets user u in too");
    }

    @Test
    void refusesTargetsThatLetAnybodyIn() {
        refused(
                LIBRARIES
                        + "iscsi: {portals: ['127.0.0.1:3260'], access: {users: [u]}}\n"
                        + "tenants: [{name: acme, libraries: [lib0]}]\n",
                "anybody would get in");
        refused(
                LIBRARIES
                        + "iscsi: {targets: [{library: lib0, access: {}}]}\n"
                        + "tenants: [{name: acme, libraries: [lib0], users: [u]}]\n",
                "the target of library lib0 lets anybody in");
    }

    private static void refused(String text, String reason) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(reason);
    }

    private static Configuration parse(String text) {
        return Configuration.parse("capstan.yaml", text, new TestEquipment());
    }
}
