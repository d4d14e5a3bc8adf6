package io.capstan.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code capstan iscsi ...}. */
@Command(name = "iscsi", description = "Hosts on the network.")
final class IscsiCommands extends Noun {

    @Command(description = "Shows where the iSCSI target listens, and its targets.")
    void show() {
        output().print(
                        api().get("/v1/iscsi"),
                        document -> {
                            Table table = new Table("PORTAL", "TARGET");
                            document.path("portals")
                                    .forEach(portal ->
                                            document.path("targets")
                                                    .forEach(target ->
                                                            table.add(
                                                                    portal.asText(),
                                                                    target.asText())));
                            return table;
                        });
    }

    @Command(description = "Lists the sessions.")
    void sessions() {
        output().print(api().get("/v1/iscsi"), IscsiCommands::sessionsText);
    }

    private static Table sessionsText(JsonNode document) {
        Table table =
                new Table(
                        "ID",
                        "INITIATOR",
                        "ADDRESS",
                        "TARGET",
                        "USER",
                        "SINCE",
                        "COMMANDS",
                        "WRITTEN",
                        "READ");
        document.path("sessions")
                .forEach(session ->
                        table.add(
                                Output.text(session, "id"),
                                Output.text(session, "initiator"),
                                Output.text(session, "peer"),
                                Output.text(session, "target"),
                                Output.text(session, "userName"),
                                Output.text(session, "since"),
                                Output.text(session, "commandCount"),
                                Output.text(session, "dataOutBytes"),
                                Output.text(session, "dataInBytes")));
        return table;
    }

    @Command(description = "Drops a session; its initiator may log in again.")
    void drop(@Parameters(paramLabel = "ID", description = "As 'sessions' shows it.") int id) {
        output().print(
                        api().send("POST", "/v1/iscsi/sessions/" + id + "/drop", Map.of()),
                        answer -> "");
    }
}
