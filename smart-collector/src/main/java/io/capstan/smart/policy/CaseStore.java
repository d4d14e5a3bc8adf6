package io.capstan.smart.policy;

import io.capstan.format.DiskId;
import java.io.IOException;
import java.util.SortedMap;

/** Keeps the workflow's cases. */
public interface CaseStore {

    SortedMap<DiskId, DiskCase> load() throws IOException;

    /** Replaces all cases, whole or not at all; on stable storage when it returns. */
    void save(SortedMap<DiskId, DiskCase> cases) throws IOException;
}
