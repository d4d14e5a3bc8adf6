package io.capstan.tier;

import io.capstan.catalog.ChunkDigest;
import io.capstan.format.FileSource;
import io.capstan.tier.TierException.Reason;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A tier that is opened when it is first used, and tried again each time until that succeeds: whoever makes one need not wait
 * for a far end that does not answer, nor load what it takes to speak to it.
 */
public final class LateTier implements TierProvider {

    /** Opens the tier. */
    @FunctionalInterface
    public interface Opener {
        TierProvider open() throws TierException;
    }

    /** Begins to use the tier, if it was not used before. */
    @FunctionalInterface
    public interface Beginning {
        void begin(TierProvider tier) throws TierException;
    }

    private final boolean isAsynchronous;
    private final long recallDelayMillis;
    private final Opener opener;
    private final Beginning beginning;

    /** Opening and beginning take turns. */
    private final Object turns = new Object();

    private volatile @Nullable TierProvider opened;
    private volatile boolean isBegun;
    private volatile boolean isClosed;

    /**
     * @param isAsynchronous what the tier will say it is
     * @param recallDelayMillis what it will say too
     * @param opener waits for no far end
     * @param beginning may
     */
    public LateTier(
            boolean isAsynchronous, long recallDelayMillis, Opener opener, Beginning beginning) {
        this.isAsynchronous = isAsynchronous;
        this.recallDelayMillis = recallDelayMillis;
        this.opener = opener;
        this.beginning = beginning;
    }

    private TierProvider tier() throws TierException {
        TierProvider tier = opened;
        if (tier != null && isBegun) {
            return tier;
        }
        synchronized (turns) {
            requireOpen();
            tier = opened;
            if (tier == null) {
                tier = opener.open();
                opened = tier;
            }
            if (isClosed) {
                tier.close();
            }
            requireOpen();
            if (!isBegun) {
                beginning.begin(tier);
                isBegun = true;
            }
            return tier;
        }
    }

    private void requireOpen() throws TierException {
        if (isClosed) {
            throw new TierException(Reason.FAILED, "the tier was closed");
        }
    }

    /** Does so as at the first use. */
    @Override
    public void begin() throws TierException {
        tier();
    }

    @Override
    public Optional<String> mark() throws TierException {
        return tier().mark();
    }

    @Override
    public boolean isAsynchronous() {
        return isAsynchronous;
    }

    @Override
    public long recallDelayMillis() {
        return recallDelayMillis;
    }

    @Override
    public long put(ObjectKey key, FileSource content, ChunkDigest sha256) throws IOException {
        return tier().put(key, content, sha256);
    }

    @Override
    public void keep(ObjectKey key) throws TierException {
        tier().keep(key);
    }

    @Override
    public List<ObjectKey> unfinished(long begunBeforeEpochMillis) throws TierException {
        return tier().unfinished(begunBeforeEpochMillis);
    }

    @Override
    public void giveUp(ObjectKey key) throws TierException {
        tier().giveUp(key);
    }

    @Override
    public ObjectState head(ObjectKey key) throws TierException {
        return tier().head(key);
    }

    @Override
    public VerifyOutcome verify(ObjectKey key, long lengthBytes, ChunkDigest sha256)
            throws TierException {
        return tier().verify(key, lengthBytes, sha256);
    }

    @Override
    public GetOutcome get(ObjectKey key, long offsetBytes, long lengthBytes) throws TierException {
        return tier().get(key, offsetBytes, lengthBytes);
    }

    @Override
    public void delete(ObjectKey key) throws TierException {
        tier().delete(key);
    }

    @Override
    public List<ListedObject> list(String prefix, Optional<ObjectKey> after, int limit)
            throws TierException {
        return tier().list(prefix, after, limit);
    }

    @Override
    public void recall(Collection<ObjectKey> keys) throws TierException {
        tier().recall(keys);
    }

    /** Once this returns, nothing begins any more. */
    @Override
    public void close() {
        isClosed = true;
        TierProvider tier = opened;
        if (tier != null) {
            tier.close();
        }
        synchronized (turns) {
            opened = null;
        }
    }
}
