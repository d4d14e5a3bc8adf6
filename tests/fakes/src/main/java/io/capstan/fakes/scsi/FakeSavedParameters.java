package io.capstan.fakes.scsi;

import io.capstan.scsi.spc.ModePageCode;
import io.capstan.scsi.spc.SavedParameters;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Saved mode pages in memory, which can be told to fail. */
public final class FakeSavedParameters implements SavedParameters {

    private final Map<ModePageCode, byte[]> saved = new TreeMap<>();
    private boolean failing;

    /** From now on {@link #save} throws and saves nothing. */
    public void fail() {
        failing = true;
    }

    @Override
    public Optional<byte[]> load(ModePageCode code) {
        return Optional.ofNullable(saved.get(code)).map(byte[]::clone);
    }

    @Override
    public void save(Map<ModePageCode, byte[]> pages) {
        if (failing) {
            throw new IllegalStateException("the store of saved parameters was told to fail");
        }
        pages.forEach((code, parameters) -> saved.put(code, parameters.clone()));
    }
}
