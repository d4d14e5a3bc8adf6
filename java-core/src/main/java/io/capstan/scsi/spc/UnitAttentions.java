package io.capstan.scsi.spc;

import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.Nexus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The unit attention conditions of one logical unit, each reported once to each I_T nexus.
 *
 * <p>A nexus is known from its first command on. Where the logical unit was powered on or reset, one that is not known
 * yet will start with that condition alone, which says that anything may have changed. A logical unit that was adopted
 * from a running transport has no such condition, because a tape driver takes a unit attention on an open tape for a
 * lost position and stops the backup; there an unknown nexus starts with what was raised for all since the adoption.
 *
 * <p>Equal conditions are one, so a queue is as long as there are codes at most. Of the {@link #NEXUS_MAX} nexuses kept,
 * the one that was silent longest is forgotten when another comes; should it come back, it starts anew.
 *
 * @see "SAM-5, Unit attention conditions"
 */
public final class UnitAttentions {

    /** Initiators that are tracked; many more than ever share a tape drive. */
    public static final int NEXUS_MAX = 256;

    private static final int RESET_ADDITIONAL_SENSE_CODE = 0x29;

    private final Map<Nexus, List<AdditionalSense>> pending =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(
                        Map.Entry<Nexus, List<AdditionalSense>> eldest) {
                    return size() > NEXUS_MAX;
                }
            };
    private final List<AdditionalSense> forUnknown = new ArrayList<>();
    private @Nullable Nexus latestNexus;
    private List<AdditionalSense> latestPending = List.of();

    private UnitAttentions() {}

    /** A logical unit that has just been powered on: every nexus starts with {@code powerOn}. */
    public static UnitAttentions afterPowerOn(AdditionalSense powerOn) {
        UnitAttentions unitAttentions = new UnitAttentions();
        insert(unitAttentions.forUnknown, powerOn);
        return unitAttentions;
    }

    /** A logical unit whose initiators must not notice that it was taken over. */
    public static UnitAttentions afterAdoption() {
        return new UnitAttentions();
    }

    /** Raises a condition for every nexus, known or not. */
    public void raise(AdditionalSense condition) {
        insertForUnknown(condition);
        pending.values().forEach(queue -> insert(queue, condition));
    }

    /** Raises a condition for every nexus but one, usually the one whose command is the cause. */
    public void raiseForOthers(Nexus exempt, AdditionalSense condition) {
        raiseForOthers(Set.of(exempt), condition);
    }

    /** Raises a condition for every nexus but some. */
    public void raiseForOthers(Set<Nexus> exempt, AdditionalSense condition) {
        exempt.forEach(this::queue);
        insertForUnknown(condition);
        pending.forEach((nexus, queue) -> {
            if (!exempt.contains(nexus)) {
                insert(queue, condition);
            }
        });
    }

    /** Raises a condition for one nexus. */
    public void raise(Nexus nexus, AdditionalSense condition) {
        insert(queue(nexus), condition);
    }

    /** Whether the next command of {@code nexus} would report a condition. */
    public boolean isPending(Nexus nexus) {
        return !queue(nexus).isEmpty();
    }

    /** Takes the condition to report to {@code nexus} now; resets come first, others in the order they were raised. */
    public Optional<AdditionalSense> take(Nexus nexus) {
        List<AdditionalSense> queue = queue(nexus);
        return queue.isEmpty() ? Optional.empty() : Optional.of(queue.removeFirst());
    }

    /** Forgets a nexus that is gone. */
    public void forget(Nexus nexus) {
        pending.remove(nexus);
        latestNexus = null;
    }

    /** The queue of {@code nexus}, which is known from now on. The latest one is at hand without a look-up. */
    private List<AdditionalSense> queue(Nexus nexus) {
        if (!nexus.equals(latestNexus)) {
            latestPending = pending.computeIfAbsent(nexus, unknown -> new ArrayList<>(forUnknown));
            latestNexus = nexus;
        }
        return latestPending;
    }

    /** A reset stands for everything else. */
    private void insertForUnknown(AdditionalSense condition) {
        if (isReset(condition)) {
            forUnknown.clear();
        }
        if (forUnknown.isEmpty() || !isReset(forUnknown.getFirst())) {
            insert(forUnknown, condition);
        }
    }

    private static boolean isReset(AdditionalSense condition) {
        return condition.code() == RESET_ADDITIONAL_SENSE_CODE;
    }

    private static void insert(List<AdditionalSense> queue, AdditionalSense condition) {
        if (queue.contains(condition)) {
            return;
        }
        int at = 0;
        while (at < queue.size() && precedence(queue.get(at)) <= precedence(condition)) {
            at++;
        }
        queue.add(at, condition);
    }

    /** Resets come before everything else, and the more far-reaching reset first. */
    private static int precedence(AdditionalSense condition) {
        if (!isReset(condition)) {
            return Integer.MAX_VALUE;
        }
        return switch (condition.qualifier()) {
            case 0x00, 0x01, 0x04 -> 0;
            case 0x02 -> 1;
            case 0x03 -> 2;
            default -> 3;
        };
    }
}
