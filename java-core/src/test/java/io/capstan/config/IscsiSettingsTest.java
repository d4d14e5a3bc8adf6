package io.capstan.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Section {@code iscsi}: defaults, every key, and what each mistake gets. */
class IscsiSettingsTest {

    private static Configuration parse(String text) {
        return Configuration.parse("capstan.yaml", text, new TestEquipment());
    }

    @Test
    void byDefaultThereIsNoIscsi() {
        IscsiSettings settings = parse("data-dir: /x").iscsi();

        assertThat(settings.portals()).isEmpty();
        assertThat(settings.baseName()).isEmpty();
        assertThat(settings.targetPer()).isEqualTo(IscsiSettings.TargetPer.LIBRARY);
        assertThat(settings.secretsFile()).isEqualTo(Path.of("/etc/capstan/iscsi.secrets"));
        assertThat(settings.allowUnauthenticated()).isFalse();
        assertThat(settings.access())
                .isEqualTo(new IscsiSettings.Access(List.of(), List.of(), Optional.empty()));
        assertThat(settings.targets()).isEmpty();
    }

    @Test
    void everyKeyIsRead() {
        IscsiSettings settings =
                parse(
                                """
                                iscsi:
                                  portals: ['127.0.0.1:3260', '[2001:db8::7]:3261', 'host:0']
                                  base-name: iqn.2026-01.com.example:node1
                                  target-per: device
                                  secrets-file: /run/secrets
                                  allow-unauthenticated: true
                                  access:
                                    initiators: [iqn.2026-01.com.example:host, eui.0123456789ABCDEF]
                                    users: [backup1, backup2]
                                    mutual-user: node1
                                  targets:
                                    - library: lib0
                                      access: {users: [backup3]}
                                    - library: lib1
                                      redirect-to: 192.0.2.7:3260
                                libraries:
                                  - name: lib0
                                  - name: lib1
                                """)
                        .iscsi();

        assertThat(settings.portals())
                .containsExactly(
                        new PortalAddress("127.0.0.1", 3260),
                        new PortalAddress("2001:db8::7", 3261),
                        new PortalAddress("host", 0));
        assertThat(settings.baseName()).contains("iqn.2026-01.com.example:node1");
        assertThat(settings.targetPer()).isEqualTo(IscsiSettings.TargetPer.DEVICE);
        assertThat(settings.secretsFile()).isEqualTo(Path.of("/run/secrets"));
        assertThat(settings.allowUnauthenticated()).isTrue();
        assertThat(settings.access())
                .isEqualTo(
                        new IscsiSettings.Access(
                                List.of("iqn.2026-01.com.example:host", "eui.0123456789ABCDEF"),
                                List.of("backup1", "backup2"),
                                Optional.of("node1")));
        assertThat(settings.target("lib0").flatMap(IscsiSettings.Target::access))
                .contains(
                        new IscsiSettings.Access(List.of(), List.of("backup3"), Optional.empty()));
        assertThat(settings.target("lib1").flatMap(IscsiSettings.Target::redirection))
                .contains(new PortalAddress("192.0.2.7", 3260));
        assertThat(settings.target("lib2")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "portals: ['127.0.0.1']|'127.0.0.1' is not an address",
                "portals: ['127.0.0.1:65536']|'127.0.0.1:65536' is not an address",
                "portals: ['::1:3260']|'::1:3260' is not an address",
                "portals: ['a:1', 'a:1']|iscsi.portals",
                "base-name: naa.1|base-name",
                "base-name: iqn.2026-1.com.example|base-name",
                "target-per: drive|target-per",
                "secrets-file: secrets|not an absolute path",
                "allow-unauthenticated: perhaps|allow-unauthenticated",
                "access: {initiators: [host]}|'host' is not an iSCSI name",
                "access: {users: ['two words']}|'two words' is not a user",
                "access: {mutual-user: node1}|needs users",
                "access: {user: [a]}|unknown key",
                "targets: [{}]|library",
                "targets: [{library: a}, {library: a}]|library",
                "targets: [{library: a, redirect-to: there}]|'there' is not an address",
                "portal: ['127.0.0.1:3260']|iscsi.portal: unknown key",
            })
    void eachMistakeIsNamed(String line, String problem) {
        assertThatThrownBy(() -> parse("iscsi:\n  " + line))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("capstan.yaml:2:")
                .hasMessageContaining(problem);
    }
}
