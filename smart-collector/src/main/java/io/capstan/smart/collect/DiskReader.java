package io.capstan.smart.collect;

/** Asks a disk how it is. */
public interface DiskReader {

    /**
     * @return within the reader's time limit, whatever the device does
     */
    ReadOutcome read(DeviceName device) throws InterruptedException;

    /**
     * @param path of the device node
     * @param type how to speak to it, as in {@code smartctl -d}, such as {@code megaraid,3}; empty to find out
     */
    record DeviceName(String path, String type) {}
}
