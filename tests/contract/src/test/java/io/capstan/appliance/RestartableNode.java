package io.capstan.appliance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.fakes.iscsi.IscsiInitiator;
import io.capstan.fakes.scsi.FakeInitiator;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A node whose daemon is a process that is started, killed and started again, spoken to over its API. One thread. */
final class RestartableNode {

    private static final String BASE_NAME = "iqn.2026-01.io.capstan:test";

    private final Path configuration;
    private final Path socket;
    private final Path directory;
    private int startCount;
    private @Nullable DaemonProcess daemon;

    /**
     * @param directory for its configuration, its data and a log of each start
     * @param chunkSize as the configuration has it
     * @param more what else is configured
     */
    RestartableNode(Path directory, String chunkSize, String more) throws IOException {
        this.directory = directory;
        this.configuration = directory.resolve("capstan.yaml");
        this.socket = directory.resolve("api.sock");
        Files.writeString(
                configuration,
                """
                data-dir: %s
                store: {chunk-size: %s, reserve: 1MiB}
                kernel: {enabled: off}
                disks: {watch: false}
                api: {socket: %s}
                iscsi:
                  portals: ['127.0.0.1:0']
                  base-name: %s
                  target-per: library
                """
                                .formatted(dataDirectory(), chunkSize, socket, BASE_NAME)
                        + more);
    }

    Path dataDirectory() {
        return directory.resolve("data");
    }

    /** Starts it, and waits for nothing. */
    void start() throws IOException {
        Path log = directory.resolve("capstand-%d.log".formatted(++startCount));
        daemon = DaemonProcess.launch(configuration, log, DaemonProcess.Limits.NONE);
    }

    void awaitReady() throws IOException {
        running().awaitReady();
    }

    boolean isAlive() {
        return daemon != null && daemon.isAlive();
    }

    /** Ends it with SIGKILL: no handler of it runs. */
    void kill() throws InterruptedException {
        if (daemon != null) {
            daemon.kill();
        }
    }

    /** Ends it with SIGTERM, as systemd would, and returns its exit status. */
    int stop() throws InterruptedException {
        return running().stop();
    }

    private DaemonProcess running() {
        DaemonProcess running = daemon;
        if (running == null) {
            throw new IllegalStateException("not started");
        }
        return running;
    }

    JsonNode get(String target) throws IOException {
        return body(Http.get(socket, target), target);
    }

    JsonNode post(String target, String body) throws IOException {
        return body(Http.send(socket, "POST", target, body), target);
    }

    private JsonNode body(Http answer, String target) throws IOException {
        if (answer.status() < 200 || answer.status() > 299) {
            throw new AssertionError(
                    target + ": " + answer.body() + "\nThe daemon said:\n" + running().log());
        }
        return answer.json();
    }

    /** Jobs that are not over. */
    List<JsonNode> jobs() throws IOException {
        List<JsonNode> jobs = new ArrayList<>();
        get("/v1/jobs").path("jobs").forEach(jobs::add);
        return jobs;
    }

    /** Empty for a cartridge that is in transit. */
    String libraryOf(String barcode) throws IOException {
        return get("/v1/cartridges/" + barcode).path("library").asText("");
    }

    /** Sends a cartridge to another library, data and all. */
    void send(String barcode, String library) throws IOException {
        post("/v1/cartridges/" + barcode + "/transfer", "{\"library\":\"%s\"}".formatted(library));
    }

    interface Work {
        void on(FakeInitiator drive);
    }

    /** Works on a cartridge of library {@code lib0} in its first drive, over iSCSI. */
    void withDrive(String barcode, Work work) throws IOException {
        post("/v1/drives/lib0/0/load", "{\"barcode\":\"%s\"}".formatted(barcode));
        String[] portal = get("/v1/iscsi").path("portals").get(0).asText().split(":", 2);
        try (IscsiInitiator session =
                IscsiInitiator.connect(
                        new InetSocketAddress(portal[0], Integer.parseInt(portal[1])))) {
            assertThat(session.login("iqn.2026-01.io.capstan:host", BASE_NAME + ":lib0", 1))
                    .isZero();
            FakeInitiator drive = new FakeInitiator(session.unit(1, "drive", 1), "host");
            drive.clearUnitAttentions();
            work.on(drive);
            session.logout();
        }
        post("/v1/drives/lib0/0/unload", "{}");
    }
}
