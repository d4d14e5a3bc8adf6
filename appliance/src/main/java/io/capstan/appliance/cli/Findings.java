package io.capstan.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.capstan.format.Finding;
import java.util.List;
import java.util.Locale;

/** Findings as documents have them: an array named {@code findings}. */
final class Findings {

    private static final String MEMBER = "findings";
    private static final String SEVERITY = "severity";

    private Findings() {}

    static void add(ObjectNode document, List<Finding> findings) {
        document.putArray(MEMBER);
        for (Finding finding : findings) {
            document.withArray(MEMBER)
                    .addObject()
                    .put(SEVERITY, finding.severity().name().toLowerCase(Locale.ROOT))
                    .put("subject", finding.subject())
                    .put("text", finding.text());
        }
    }

    static boolean isEmpty(JsonNode document) {
        return document.path(MEMBER).isEmpty();
    }

    /** A line each. */
    static String text(JsonNode document) {
        StringBuilder text = new StringBuilder();
        for (JsonNode finding : document.path(MEMBER)) {
            text.append(
                    "%s: %s: %s%n"
                            .formatted(
                                    Output.text(finding, SEVERITY),
                                    Output.text(finding, "subject"),
                                    Output.text(finding, "text")));
        }
        return text.toString();
    }

    /** Notes are no damage. */
    static int exitStatus(JsonNode document) {
        for (JsonNode finding : document.path(MEMBER)) {
            if (Output.text(finding, SEVERITY).equals("damage")) {
                return ExitStatus.FINDINGS;
            }
        }
        return ExitStatus.DONE;
    }
}
