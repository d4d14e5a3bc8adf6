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
                                call -> show(call.access()))
                        .forTenants(),
                Route.change(
                                "POST",
                                "/v1/iscsi/sessions/{id}/drop",
                                "dropIscsiSession",
                                "Drops a session; its initiator may log in again.",
                                Void.class,
                                Documents.Accepted.class,
                                this::drop)
                        .forTenants());
    }

    private Documents.Iscsi show(Access access) {
        return node.iscsi()
                .map(iscsi -> document(iscsi, access))
                .orElseGet(() -> new Documents.Iscsi(List.of(), List.of(), List.of()));
    }

    private Documents.Iscsi document(IscsiExport iscsi, Access access) {
        return new Documents.Iscsi(
                iscsi.portals().stream()
                        .map(portal ->
                                new PortalAddress(
                                                portal.getAddress().getHostAddress(),
                                                portal.getPort())
                                        .toString())
                        .toList(),
                iscsi.targetNames().stream().filter(name -> sees(access, iscsi, name)).toList(),
                iscsi.sessions().stream()
                        .filter(session -> sees(access, iscsi, session.target()))
                        .map(IscsiRoutes::session)
                        .toList());
    }

    /** Discovery sessions, which have no target, are the administrator's. */
    private boolean sees(Access access, IscsiExport iscsi, String targetName) {
        return !access.isTenant()
                || node.libraries().stream()
                        .filter(access::sees)
                        .anyMatch(library -> iscsi.isTargetOf(targetName, library.name()));
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
        boolean isDropped =
                node.iscsi()
                        .filter(iscsi ->
                                iscsi.sessions().stream()
                                        .filter(session -> session.id() == id)
                                        .anyMatch(session ->
                                                sees(call.access(), iscsi, session.target())))
                        .filter(iscsi -> iscsi.drop(id))
                        .isPresent();
        if (!isDropped) {
            throw Problem.notFound("UNKNOWN_SESSION", "there is no iSCSI session " + id);
        }
        return new Documents.Accepted("dropped");
    }
}
