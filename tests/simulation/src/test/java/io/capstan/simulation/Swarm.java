package io.capstan.simulation;

import java.util.EnumMap;
import java.util.Map;
import java.util.Random;

/**
 * What a run does often, seldom or never, and which faults it knows. Runs that leave most things out get further with what
 * is left than runs that do a little of everything.
 *
 * @param commandWeights how often each kind of command is drawn
 * @param faultWeights how often each kind of fault strikes
 * @param faultPermille commands out of a thousand ahead of which a fault is set
 * @param cartridges 1 or 2, each in a drive of its own
 * @param rounds from start to stop, kill or loss of power
 * @param commandsPerRound at most
 * @param blockLengthMax of the blocks written
 * @param isCompressible whether most blocks get smaller by compression, or none
 * @param chunkSizeBytes of the store
 * @param directories of the store
 * @param copies of each chunk in a pool of disks that are looked after; 0 for plain directories
 * @param mishapPermille commands out of a thousand after which something happens to a directory of that pool
 * @param powerCuts whether rounds end with them
 * @param changesPerRound disk changes until the power goes, at most
 * @param managementPermille commands out of a thousand that a task management function follows
 * @param backgroundPercent how readily background work comes in between
 */
record Swarm(
        Map<Commands.Kind, Integer> commandWeights,
        Map<Fault, Integer> faultWeights,
        int faultPermille,
        int cartridges,
        int rounds,
        int commandsPerRound,
        int blockLengthMax,
        boolean isCompressible,
        int chunkSizeBytes,
        int directories,
        int copies,
        int mishapPermille,
        boolean powerCuts,
        int changesPerRound,
        int managementPermille,
        int backgroundPercent) {

    /** What can go wrong with a disk that has power. */
    enum Fault {
        WRITE_FAILS,
        FORCE_FAILS,
        READ_FAILS,
        READ_ENDS_EARLY,
        READ_FLIPS_A_BIT,
        CREATE_FAILS,
        NAMES_FAIL,
        TRUNCATE_FAILS,
        DELETE_FAILS,
        DISK_FULL
    }

    static Swarm draw(Random random) {
        Map<Commands.Kind, Integer> commands = new EnumMap<>(Commands.Kind.class);
        for (Commands.Kind kind : Commands.Kind.values()) {
            commands.put(kind, weight(random) * kind.share);
        }
        commands.merge(Commands.Kind.WRITE, 4, Integer::sum);
        commands.merge(Commands.Kind.SYNCHRONIZE, 1, Integer::sum);
        Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
        for (Fault fault : Fault.values()) {
            faults.put(fault, random.nextInt(3));
        }
        boolean hasFaults = random.nextInt(3) == 0;
        return new Swarm(
                commands,
                faults,
                hasFaults ? 20 + random.nextInt(150) : 0,
                random.nextInt(3) == 0 ? 2 : 1,
                1 + random.nextInt(4),
                5 + random.nextInt(40),
                random.nextBoolean() ? 700 : 9_000,
                random.nextInt(3) > 0,
                4096 << random.nextInt(5),
                1 + random.nextInt(2),
                0,
                0,
                random.nextInt(4) > 0,
                10 + random.nextInt(150),
                random.nextInt(3) == 0 ? random.nextInt(200) : 0,
                random.nextInt(101));
    }

    /** The same on a mirrored pool. Its directories fail as a whole, and no host sees that; so no single call does. */
    Swarm mirrored(Random random) {
        int poolDirectories = 2 + random.nextInt(2);
        return new Swarm(
                commandWeights,
                faultWeights,
                0,
                cartridges,
                rounds,
                commandsPerRound,
                blockLengthMax,
                isCompressible,
                chunkSizeBytes,
                poolDirectories,
                1 + random.nextInt(poolDirectories),
                20 + random.nextInt(300),
                powerCuts,
                changesPerRound,
                managementPermille,
                backgroundPercent);
    }

    boolean isMirrored() {
        return copies > 0;
    }

    private static int weight(Random random) {
        return new int[] {0, 0, 1, 1, 3}[random.nextInt(5)];
    }

    /** Draws a key by its weight; the weights must not all be 0. */
    static <K> K pick(Random random, Map<K, Integer> weights) {
        int total = weights.values().stream().mapToInt(Integer::intValue).sum();
        int at = random.nextInt(total);
        for (Map.Entry<K, Integer> entry : weights.entrySet()) {
            at -= entry.getValue();
            if (at < 0) {
                return entry.getKey();
            }
        }
        throw new AssertionError(weights);
    }

    boolean hasFaults() {
        return faultPermille > 0 && faultWeights.values().stream().anyMatch(weight -> weight > 0);
    }
}
