package io.capstan.appliance.api;

import io.capstan.appliance.node.Node;
import io.capstan.catalog.AuditRecord;
import io.capstan.catalog.CartridgeState;
import io.capstan.tcmu.ExportedUnit;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The node as a whole. */
final class NodeRoutes {

    private static final int AUDIT_LIMIT_DEFAULT = 100;
    private static final int AUDIT_LIMIT_MAX = 1000;

    private final Node node;
    private final String version;
    private final Api.Stop stop;

    NodeRoutes(Node node, String version, Api.Stop stop) {
        this.node = node;
        this.version = version;
        this.stop = stop;
    }

    List<Route> routes() {
        return List.of(
                Route.get(
                        "/v1/status",
                        "showStatus",
                        "What the node is and how it is.",
                        Documents.Status.class,
                        call -> status()),
                Route.get(
                                "/v1/audit",
                                "listAudit",
                                "What operators did, newest first.",
                                Documents.Audit.class,
                                this::audit)
                        .forTenants()
                        .withQuery(
                                new Route.QueryParameter(
                                        "limit", true, "most entries to return, 1 to 1000")),
                Route.change(
                        "POST",
                        "/v1/node/stop",
                        "stopNode",
                        "Stops the daemon in order; with keepDevices, kernel devices stay for the next start.",
                        Documents.StopRequest.class,
                        Documents.Accepted.class,
                        this::stop));
    }

    private Documents.Status status() {
        long started = node.startedEpochMillis();
        return new Documents.Status(
                version,
                node.storage().nodeId().toString(),
                Instant.ofEpochMilli(started).toString(),
                (node.clock().millis() - started) / 1000,
                node.storage().dataDirectory().toString(),
                node.kernelUnavailable().map(reason -> "none: " + reason).orElse("served"),
                new Documents.Storage(
                        node.storage().chunks().disks().directories().stream()
                                .map(Path::toString)
                                .toList(),
                        node.storage().chunks().disks().freeBytes()),
                cartridges(),
                node.libraries().stream()
                        .map(library -> LibraryRoutes.summary(node, library))
                        .toList(),
                node.kernelDevices().stream().map(NodeRoutes::device).toList(),
                node.storage().cartridges().recoveryFindings().stream()
                        .map(Object::toString)
                        .toList());
    }

    private Documents.Cartridges cartridges() {
        return node.storage()
                .catalog()
                .read(view -> {
                    long[] counts = new long[2];
                    view.forEachCartridge(cartridge ->
                            counts[cartridge.state() == CartridgeState.PRESENT ? 0 : 1]++);
                    return new Documents.Cartridges(counts[0], counts[1]);
                });
    }

    private static Documents.Device device(ExportedUnit unit) {
        return new Documents.Device(
                unit.unitName(),
                unit.scsiAddress(),
                unit.deviceNodes().stream().map(name -> "/dev/" + name).toList(),
                unit.serving());
    }

    private Documents.Audit audit(Call call) {
        int limit = call.queryNumber("limit", AUDIT_LIMIT_DEFAULT, 1, AUDIT_LIMIT_MAX);
        Optional<String> prefix = call.access().tenant().map(tenant -> Api.who(tenant, ""));
        List<AuditRecord> records =
                node
                        .storage()
                        .catalog()
                        .read(view ->
                                view.auditTail(prefix.isPresent() ? Integer.MAX_VALUE : limit))
                        .stream()
                        .filter(record -> prefix.stream().allMatch(record.who()::startsWith))
                        .limit(limit)
                        .toList();
        return new Documents.Audit(
                records.stream()
                        .map(record ->
                                new Documents.AuditEntry(
                                        Instant.ofEpochMilli(record.epochMillis()).toString(),
                                        record.who(),
                                        record.what(),
                                        record.outcome()))
                        .toList());
    }

    private Documents.Accepted stop(Call call) {
        Boolean keepDevices = call.body(Documents.StopRequest.class).keepDevices();
        stop.request(keepDevices != null && keepDevices);
        return new Documents.Accepted("stopping");
    }
}
