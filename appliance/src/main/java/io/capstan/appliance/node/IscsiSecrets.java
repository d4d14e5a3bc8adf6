package io.capstan.appliance.node;

import io.capstan.iscsi.ChapUser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The file of CHAP names and secrets: one {@code NAME SECRET} a line, {@code #} for comments, readable by its owner alone.
 * No message ever contains a secret.
 */
final class IscsiSecrets {

    private static final Set<PosixFilePermission> FOR_OTHERS =
            EnumSet.of(
                    PosixFilePermission.GROUP_READ,
                    PosixFilePermission.GROUP_WRITE,
                    PosixFilePermission.OTHERS_READ,
                    PosixFilePermission.OTHERS_WRITE);

    private final Path file;
    private final Map<String, ChapUser> users = new HashMap<>();

    private IscsiSecrets(Path file) {
        this.file = file;
    }

    /**
     * Reads the file.
     *
     * @throws StartException with file, line and what is wrong
     */
    static IscsiSecrets read(Path file) throws StartException {
        IscsiSecrets secrets = new IscsiSecrets(file);
        try {
            for (PosixFilePermission permission : Files.getPosixFilePermissions(file)) {
                if (FOR_OTHERS.contains(permission)) {
                    throw new StartException(
                            file + ": others than its owner may use it: chmod 600 " + file);
                }
            }
            int line = 0;
            for (String text : Files.readString(file).split("\n", -1)) {
                secrets.add(++line, text.strip());
            }
        } catch (NoSuchFileException e) {
            throw new StartException(
                    file + ": there is no such file, and iSCSI users need their secrets in it", e);
        } catch (IOException e) {
            throw new StartException(file + ": cannot be read: " + e.getMessage(), e);
        }
        return secrets;
    }

    private void add(int line, String text) throws StartException {
        if (text.isEmpty() || text.startsWith("#")) {
            return;
        }
        String[] words = text.split("\\s+", 2);
        if (words.length != 2) {
            throw new StartException("%s:%d: must be a name and a secret".formatted(file, line));
        }
        byte[] secret = words[1].getBytes(StandardCharsets.UTF_8);
        if (secret.length < ChapUser.SECRET_MIN_BYTES) {
            throw new StartException(
                    "%s:%d: the secret of %s is shorter than %d bytes"
                            .formatted(file, line, words[0], ChapUser.SECRET_MIN_BYTES));
        }
        if (users.put(words[0], new ChapUser(words[0], secret)) != null) {
            throw new StartException(
                    "%s:%d: there is a secret of %s already".formatted(file, line, words[0]));
        }
    }

    /**
     * A user with the secret.
     *
     * @throws StartException if the file has none
     */
    ChapUser user(String name) throws StartException {
        ChapUser user = users.get(name);
        if (user == null) {
            throw new StartException(file + ": there is no secret of iSCSI user " + name);
        }
        return user;
    }
}
