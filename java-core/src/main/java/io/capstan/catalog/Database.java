package io.capstan.catalog;

/**
 * The databases of the catalog's environment. Names and their number are part of the schema.
 */
enum Database {
    /** Schema version, node identity, time of creation: by name. */
    META("meta"),
    /** Volume identifier to {@link CartridgeDescriptor cartridge}. */
    CARTRIDGES("cartridges"),
    /** Library and element address to {@link ElementDescriptor element}; full elements only. */
    ELEMENTS("elements"),
    /** Volume identifier to the element it is in: the reverse of {@link #ELEMENTS}. */
    CARTRIDGE_ELEMENTS("cartridge-elements"),
    /** Names of stable identities (serial numbers) to their values, never changed once set. */
    IDENTITIES("identities"),
    /** Saved parameters (mode pages) by name. */
    PARAMETERS("parameters"),
    /** Container id to {@link ContainerDescriptor container}. */
    CONTAINERS("containers"),
    /** Partition and first object to {@link RunDescriptor run}. */
    RUNS("runs"),
    /** Partition and first filemark of each run that has filemarks to that run's first object. */
    FILEMARKS("filemarks"),
    /** Chunk id to {@link ChunkDescriptor chunk}. */
    CHUNKS("chunks"),
    /** State and chunk id: which chunks are in a state. */
    CHUNK_STATES("chunk-states"),
    /** Disk id to {@link DiskDescriptor disk}. Since schema version 2. */
    DISKS("disks"),
    /** Disk and chunk id: which chunks have a copy on a disk. Since schema version 2. */
    DISK_CHUNKS("disk-chunks"),
    /** Chunk and disk id to {@link BadCopyDescriptor bad copy}. Since schema version 2. */
    BAD_COPIES("bad-copies"),
    /** Chunk id and tier to {@link TierCopyDescriptor copy in a tier}. Since schema version 3. */
    TIERS("tiers"),
    /** Number to {@link JobDescriptor job}. Since schema version 3. */
    JOBS("jobs"),
    /** Volume identifier to the {@link TransitDescriptor job that has it in its care}. Since schema version 3. */
    TRANSITS("transits"),
    /** Container id and generation to {@link GenerationDescriptor kept generation}. Since schema version 5. */
    GENERATIONS("generations"),
    /** Volume identifier to the {@link ShownGenerationDescriptor generation that cartridge shows}. Since schema version 5. */
    SHOWN_GENERATIONS("shown-generations"),
    /** Sequence to {@link AuditDescriptor audit record}; the oldest are dropped. */
    AUDIT("audit");

    /** Room for databases of later schema versions. */
    static final int COUNT_MAX = 32;

    final String databaseName;

    Database(String databaseName) {
        this.databaseName = databaseName;
    }

    @Override
    public String toString() {
        return databaseName;
    }
}
