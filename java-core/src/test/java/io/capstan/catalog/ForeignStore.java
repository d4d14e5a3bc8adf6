package io.capstan.catalog;

import java.nio.file.Path;
import org.lmdbjava.ByteArrayProxy;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;

/** An LMDB store that is no catalog. */
final class ForeignStore {

    private ForeignStore() {}

    static void create(Path directory) {
        try (Env<byte[]> env =
                Env.create(ByteArrayProxy.PROXY_BA).setMaxDbs(1).open(directory.toFile())) {
            env.openDbi("mailboxes", DbiFlags.MDB_CREATE).put(new byte[] {1}, new byte[] {2});
        }
    }
}
