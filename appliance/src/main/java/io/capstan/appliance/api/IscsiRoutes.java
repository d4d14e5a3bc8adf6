package io.capstan.appliance.api;

import io.capstan.appliance.node.IscsiExport;
import io.capstan.appliance.node.Node;
import io.capstan.config.PortalAddress;
import io.capstan.iscsi.SessionStatus;
import java.time.Instant;
import java.util.List;

/** The iSCSI target and its sessions. */
final class IscsiRoutes {

    private final Node node;

    IscsiRoutes(Node node) {
        this.node = node;
    }

    List<Route> routes() {
        return List.of(
                Route.get(
                        "/v1/iscsi",
                        "showIscsi",
                        "Where the iSCSI target listens, its targets and its sessions; all empty where there is none.",
                        Documents.Iscsi.class,
                        call -> show()),
                Route.change(
                        "POST",
                        "/v1/iscsi/sessions/{id}/drop",
                        "dropIscsiSession",
                        "Drops a session; its initiator may log in again.",
                        Void.class,
                        Documents.Accepted.class,
                        this::drop));
    }

    private Documents.Iscsi show() {
        return node.iscsi()
                .map(IscsiRoutes::document)
                .orElseGet(() -> new Documents.Iscsi(List.of(), List.of(), List.of()));
    }

    private static Documents.Iscsi document(IscsiExport iscsi) {
        return new Documents.Iscsi(
                iscsi.portals().stream()
                        .map(portal ->
                                new PortalAddress(
                                                portal.getAddress().getHostAddress(),
                                                portal.getPort())
                                        .toString())
                        .toList(),
                iscsi.targetNames(),
                iscsi.sessions().stream().map(IscsiRoutes::session).toList());
    }

    private static Documents.IscsiSession session(SessionStatus session) {
        return new Documents.IscsiSession(
                session.id(),
                session.target(),
                session.initiator(),
                session.initiatorAlias(),
                session.isid(),
                session.peer(),
                session.userName(),
                Instant.ofEpochMilli(session.startedEpochMillis()).toString(),
                session.headerDigest(),
                session.dataDigest(),
                session.commandCount(),
                session.dataOutBytes(),
                session.dataInBytes());
    }

    private Documents.Accepted drop(Call call) {
        int id = call.pathNumber("id");
        if (node.iscsi().filter(iscsi -> iscsi.drop(id)).isEmpty()) {
            throw Problem.notFound("UNKNOWN_SESSION", "there is no iSCSI session " + id);
        }
        return new Documents.Accepted("dropped");
    }
}
