package io.capstan.smart.collect;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * smartctl where it is installed, and the disks' own commands where it is not; it may be installed at any time. Has one owner.
 *
 * @param program smartctl
 */
public record EitherReader(Path program, DiskReader smartctl, DiskReader direct)
        implements DiskReader {

    @Override
    public ReadOutcome read(DeviceName device) throws InterruptedException {
        return (Files.isExecutable(program) ? smartctl : direct).read(device);
    }
}
