package io.capstan.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A tape behind an iSCSI target on loopback, as the client in C sees it: one command under way, writes with a filemark at
 * the end, or reads with every byte compared. Who serves it is the subclass's affair.
 */
abstract class IscsiTape implements Contender {

    /** What the client does. */
    record Work(boolean isWrite, int blockBytes, long bytes, boolean isMixed, int drives) {

        List<String> words(boolean writes) {
            List<String> words =
                    new ArrayList<>(
                            List.of(
                                    writes ? "write" : "read",
                                    Integer.toString(blockBytes),
                                    Long.toString(bytes),
                                    isMixed ? "mixed" : "random"));
            if (!writes) {
                words.add("verify");
            }
            return words;
        }
    }

    static final Path CLIENT = Path.of("tests/bench/target/tape_client");

    private final Work work;

    IscsiTape(Work work) {
        this.work = work;
    }

    Work work() {
        return work;
    }

    /** Address and port. */
    abstract String portal();

    abstract String targetName() throws IOException;

    /** Logical unit number of a drive, from 0. */
    abstract int lun(int drive);

    /** Processor time of who serves, so far. */
    abstract double serverCpuSeconds() throws IOException;

    /** Memory of who serves, in MiB. */
    abstract double serverResidentMib() throws IOException;

    /** Writes what a reader will read. */
    void writeFirst() throws Exception {
        if (!work.isWrite()) {
            client(0, true);
        }
    }

    @Override
    public Sample turn() throws Exception {
        double cpuBefore = serverCpuSeconds();
        List<Callable<Times>> clients = new ArrayList<>();
        for (int drive = 0; drive < work.drives(); drive++) {
            int number = drive;
            clients.add(() -> client(number, work.isWrite()));
        }
        long nanos = 0;
        long p99Nanos = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(work.drives())) {
            for (Future<Times> client : threads.invokeAll(clients)) {
                nanos = Math.max(nanos, client.get().nanos());
                p99Nanos = Math.max(p99Nanos, client.get().p99Nanos());
            }
        }
        long bytes = work.bytes() / work.blockBytes() * work.blockBytes() * work.drives();
        return Sample.throughput(bytes, nanos, serverCpuSeconds() - cpuBefore)
                .withP99(p99Nanos)
                .withResident(serverResidentMib());
    }

    /** What a client measured, log-in and rewind not counted. */
    private record Times(long nanos, long p99Nanos) {}

    private Times client(int drive, boolean writes) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                CLIENT.toString(),
                                portal(),
                                targetName(),
                                Integer.toString(lun(drive))));
        command.addAll(work.words(writes));
        String[] words = Processes.output(command).trim().split(" ");
        return new Times(Long.parseLong(words[1]), Long.parseLong(words[3]));
    }
}
