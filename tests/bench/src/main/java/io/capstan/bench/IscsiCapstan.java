package io.capstan.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** The product behind iSCSI. */
final class IscsiCapstan extends IscsiTape {

    private static final String PORTAL = "127.0.0.1:13320";

    private final Settings settings;
    private final Path directory;
    private @Nullable Daemon daemon;

    IscsiCapstan(Settings settings, Work work) {
        super(work);
        this.settings = settings;
        this.directory = settings.directory().resolve("iscsi");
    }

    @Override
    public String name() {
        return "capstan";
    }

    @Override
    public boolean isAvailable() {
        return Daemon.isBuilt(settings.distribution()) && Files.isExecutable(CLIENT);
    }

    @Override
    public Duration warmUp() {
        return Duration.ofSeconds(40);
    }

    @Override
    public void start() throws Exception {
        Daemon started =
                Daemon.startWithDrives(settings.distribution(), directory, PORTAL, work().drives());
        daemon = started;
        ObjectMapper json = new ObjectMapper();
        Iterator<JsonNode> cartridges =
                json.readTree(started.command("--json", "cartridge", "list"))
                        .path("cartridges")
                        .iterator();
        for (JsonNode next :
                json.readTree(started.command("--json", "drive", "list")).path("drives")) {
            started.command(
                    "drive",
                    "load",
                    next.path("name").asText(),
                    cartridges.next().path("barcode").asText());
        }
        writeFirst();
    }

    private Daemon running() {
        Daemon running = daemon;
        if (running == null) {
            throw new IllegalStateException("not started");
        }
        return running;
    }

    @Override
    String portal() {
        return PORTAL;
    }

    @Override
    String targetName() throws IOException {
        return running().targetName();
    }

    /** The changer is logical unit 0. */
    @Override
    int lun(int drive) {
        return drive + 1;
    }

    @Override
    double serverCpuSeconds() throws IOException {
        return Processes.cpuSeconds(running().pid());
    }

    @Override
    double serverResidentMib() throws IOException {
        return running().residentMib();
    }

    @Override
    public void close() throws IOException {
        running().close();
        EngineNode.removeTree(directory);
    }
}
