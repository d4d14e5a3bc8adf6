package io.capstan.store;

import io.capstan.fakes.store.FileIoContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class DiskFileIoTest extends FileIoContract {

    @TempDir Path directory;

    @Override
    protected FileIo io() {
        return new DiskFileIo();
    }

    @Override
    protected Path directory() {
        return directory;
    }
}
