package io.capstan.appliance.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The file of CHAP secrets: what it may look like, and that no message tells what is in it. */
class IscsiSecretsTest {

    private static final String SECRET = "correct horse battery";

    @TempDir Path directory;

    private Path file(String text, String permissions) throws IOException {
        Path file = Files.writeString(directory.resolve("iscsi.secrets"), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    @Test
    void readsNamesAndSecrets() throws Exception {
        Path file =
                file(
                        "# users\n\n backup1 \t %s \nbackup2 another secret of 12\n"
                                .formatted(SECRET),
                        "rw-------");

        IscsiSecrets secrets = IscsiSecrets.read(file);

        assertThat(secrets.user("backup1").name()).isEqualTo("backup1");
        assertThat(secrets.user("backup1").secret())
                .isEqualTo(SECRET.getBytes(StandardCharsets.UTF_8));
        assertThat(new String(secrets.user("backup2").secret(), StandardCharsets.UTF_8))
                .isEqualTo("another secret of 12");
        assertThat(secrets.user("backup1").toString()).doesNotContain(SECRET);
    }

    @Test
    void theOwnerAloneMayOnlyRead() throws Exception {
        assertThat(IscsiSecrets.read(file("a " + SECRET, "r--------")).user("a").name())
                .isEqualTo("a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw--w----", "rw----r--", "rw-----w-", "rwxrwxrwx"})
    void aFileThatOthersMayUseIsRefused(String permissions) throws IOException {
        Path file = file("backup1 " + SECRET, permissions);

        assertRefused(file, file + ": others than its owner may use it: chmod 600 " + file);
    }

    @Test
    void aFileThatIsNotThereIsRefused() {
        Path file = directory.resolve("none");

        assertRefused(
                file, file + ": there is no such file, and iSCSI users need their secrets in it");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "backup1|1: must be a name and a secret",
                "backup1 elevenbytes|1: the secret of backup1 is shorter than 12 bytes",
                "a %s;a %s|2: there is a secret of a already",
            })
    void aLineThatIsWrongIsNamed(String lines, String problem) throws IOException {
        Path file = file(lines.replace("%s", SECRET).replace(';', '\n'), "rw-------");

        assertRefused(file, file + ":" + problem);
    }

    @Test
    void bytesThatAreNoTextAreRefused() throws IOException {
        Path file = file("", "rw-------");
        Files.write(file, new byte[] {'a', ' ', (byte) 0xFF, (byte) 0xFE});

        assertThatThrownBy(() -> IscsiSecrets.read(file))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith(file + ": cannot be read");
    }

    @Test
    void aUserWithoutSecretIsRefused() throws Exception {
        Path file = file("backup1 " + SECRET, "rw-------");
        IscsiSecrets secrets = IscsiSecrets.read(file);

        assertThatThrownBy(() -> secrets.user("backup2"))
                .isInstanceOf(StartException.class)
                .hasMessage(file + ": there is no secret of iSCSI user backup2");
    }

    private static void assertRefused(Path file, String message) {
        assertThatThrownBy(() -> IscsiSecrets.read(file))
                .isInstanceOf(StartException.class)
                .hasMessage(message)
                .hasMessageNotContaining(SECRET);
    }
}
