package io.capstan.drive;

import io.capstan.drive.EncryptionParameters.Request;
import io.capstan.format.BlockCipher;
import io.capstan.format.DataKey;
import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.Nexus;
import io.capstan.scsi.SenseKey;
import io.capstan.scsi.spc.CheckConditionException;
import io.capstan.scsi.spc.UnitAttentions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Which data encryption parameters are in force for whom, and for how long. Owner thread only.
 *
 * <p>There is at most one set for all I_T nexuses, and one for each nexus that wants its own. Keys are nowhere but here,
 * and are overwritten when their set goes: replaced, by reset, with its nexus, or (CKOD) with the cartridge.
 *
 * @see "SSC-5, 4.2.23 Data encryption"
 */
final class DataEncryption {

    /** SCOPE. */
    enum Scope {
        PUBLIC(0),
        LOCAL(1),
        ALL_I_T_NEXUS(2);

        private final int code;

        Scope(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        static Optional<Scope> of(int code) {
            return Arrays.stream(values()).filter(each -> each.code == code).findFirst();
        }
    }

    private final RandomGenerator random;
    private final UnitAttentions unitAttentions;
    private final Map<Nexus, EncryptionParameters> local = new HashMap<>();
    private final Map<Nexus, Long> lockedKeyInstances = new HashMap<>();
    private EncryptionParameters shared = EncryptionParameters.disabled(0);
    private @Nullable Nexus sharedBy;
    private long keyInstances;
    private Runnable whenKeysGo = () -> {};

    DataEncryption(RandomGenerator random, UnitAttentions unitAttentions) {
        this.random = random;
        this.unitAttentions = unitAttentions;
    }

    /** Calls {@code listener} before a key is overwritten. */
    void onKeysGo(Runnable listener) {
        whenKeysGo = listener;
    }

    // ---- what is in force

    EncryptionParameters inForce(Nexus nexus) {
        return local.isEmpty() ? shared : local.getOrDefault(nexus, shared);
    }

    BlockCipher cipher(EncryptionParameters parameters) {
        return parameters.cipher(random);
    }

    /** The scope a nexus is registered with. */
    Scope scope(Nexus nexus) {
        if (local.containsKey(nexus)) {
            return Scope.LOCAL;
        }
        return nexus.equals(sharedBy) ? Scope.ALL_I_T_NEXUS : Scope.PUBLIC;
    }

    /** Whose set it is that a nexus uses: its own, that for all, or nobody's. */
    Scope scopeInForce(Nexus nexus) {
        if (local.containsKey(nexus)) {
            return Scope.LOCAL;
        }
        return sharedBy == null ? Scope.PUBLIC : Scope.ALL_I_T_NEXUS;
    }

    /**
     * Checks for a command that reads or writes.
     *
     * @throws CheckConditionException DATA PROTECT if the nexus locked itself to parameters that are gone
     */
    void checkLock(Nexus nexus) {
        if (lockedKeyInstances.isEmpty()) {
            return;
        }
        Long locked = lockedKeyInstances.get(nexus);
        if (locked != null && locked != inForce(nexus).keyInstance()) {
            throw CheckConditionException.of(
                    SenseKey.DATA_PROTECT,
                    AdditionalSense.DATA_ENCRYPTION_KEY_INSTANCE_COUNTER_HAS_CHANGED);
        }
    }

    // ---- hosts set it

    /**
     * Establishes parameters.
     *
     * @param lock whether the nexus wants to be told when they are changed
     * @param key given
     */
    void set(Nexus nexus, Scope scope, boolean lock, Request request, Optional<DataKey> key) {
        switch (scope) {
            case PUBLIC -> {
                key.ifPresent(DataKey::close);
                releaseLocal(nexus);
            }
            case LOCAL -> {
                releaseLocal(nexus);
                local.put(nexus, new EncryptionParameters(request, ++keyInstances, key));
                if (nexus.equals(sharedBy)) {
                    sharedBy = null;
                    replaceShared(EncryptionParameters.disabled(++keyInstances), nexus);
                }
            }
            case ALL_I_T_NEXUS -> {
                releaseLocal(nexus);
                sharedBy = nexus;
                replaceShared(new EncryptionParameters(request, ++keyInstances, key), nexus);
            }
        }
        if (lock) {
            lockedKeyInstances.put(nexus, inForce(nexus).keyInstance());
        } else {
            lockedKeyInstances.remove(nexus);
        }
    }

    private void replaceShared(EncryptionParameters parameters, Nexus by) {
        boolean matters = !shared.request().isDisabled() || !parameters.request().isDisabled();
        whenKeysGo.run();
        shared.close();
        shared = parameters;
        if (matters) {
            Set<Nexus> unconcerned = new HashSet<>(local.keySet());
            unconcerned.add(by);
            unitAttentions.raiseForOthers(
                    unconcerned,
                    AdditionalSense.DATA_ENCRYPTION_PARAMETERS_CHANGED_BY_ANOTHER_I_T_NEXUS);
        }
    }

    private void releaseLocal(Nexus nexus) {
        EncryptionParameters own = local.remove(nexus);
        if (own != null) {
            whenKeysGo.run();
            own.close();
        }
    }

    // ---- and it ends

    /** The cartridge was unloaded: sets with CKOD go. */
    void noteDemount() {
        whenKeysGo.run();
        if (shared.request().clearOnDemount()) {
            releaseShared();
        }
        local.entrySet()
                .removeIf(entry -> {
                    boolean ends = entry.getValue().request().clearOnDemount();
                    if (ends) {
                        entry.getValue().close();
                    }
                    return ends;
                });
    }

    /** A set for all outlives the nexus that established it; its own does not. */
    void noteNexusLoss(Nexus nexus) {
        releaseLocal(nexus);
        lockedKeyInstances.remove(nexus);
    }

    /** Everything goes. */
    void reset() {
        whenKeysGo.run();
        releaseShared();
        local.values().forEach(EncryptionParameters::close);
        local.clear();
        lockedKeyInstances.clear();
    }

    private void releaseShared() {
        shared.close();
        shared = EncryptionParameters.disabled(++keyInstances);
        sharedBy = null;
    }
}
