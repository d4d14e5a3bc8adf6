package io.capstan.smart.history;

/**
 * What disks have in common with others, and failure rates are grouped by.
 *
 * @param maker short name as in history files: HGST, ST, WDC, TOSHIBA …
 * @param batch disks of a model that came into service together, in the same place; empty if unknown
 */
public record DiskTraits(
        DiskClass diskClass,
        String maker,
        String model,
        String batch,
        double capacityTerabytes,
        DiskSurroundings surroundings) {

    /** Of a disk whose surroundings are not known. */
    public DiskTraits(
            DiskClass diskClass,
            String maker,
            String model,
            String batch,
            double capacityTerabytes) {
        this(diskClass, maker, model, batch, capacityTerabytes, DiskSurroundings.UNKNOWN);
    }

    /** How a disk is built and spoken to. */
    public enum DiskClass {
        ATA_HDD,
        ATA_SSD,
        SAS,
        NVME
    }
}
