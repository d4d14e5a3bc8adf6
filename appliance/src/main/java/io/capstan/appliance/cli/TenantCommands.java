package io.capstan.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code capstan tenant ...}. */
@Command(name = "tenant", description = "Who shares the node.")
final class TenantCommands extends Noun {

    private static final int TOKEN_BYTES = 32;

    @Command(description = "Lists tenants and what is theirs.")
    void list() {
        output().print(
                        api().get("/v1/tenants"),
                        document -> {
                            Table table =
                                    new Table(
                                            "TENANT", "LIBRARIES", "CARTRIDGES", "TOKENS", "USERS");
                            document.path("tenants")
                                    .forEach(tenant ->
                                            table.add(
                                                    Output.text(tenant, "name"),
                                                    words(tenant, "libraries"),
                                                    Output.text(tenant, "cartridgeCount"),
                                                    Output.text(tenant, "tokenCount"),
                                                    words(tenant, "users")));
                            return table;
                        });
    }

    private static String words(JsonNode document, String name) {
        StringJoiner words = new StringJoiner(" ");
        document.path(name).forEach(word -> words.add(word.asText()));
        return words.toString();
    }

    @Command(
            description =
                    "Gives a cartridge that is on the shelf to a tenant; or, without one, to nobody but the "
                            + "administrator.")
    void give(
            @Parameters(paramLabel = "BARCODE", description = "The cartridge.") String barcode,
            @Option(names = "--to", paramLabel = "TENANT", description = "Who gets it.")
                    @Nullable String tenant) {
        Map<String, Object> request = new HashMap<>();
        if (tenant != null) {
            request.put("tenant", tenant);
        }
        output().print(
                        api().send(
                                        "POST",
                                        ApiClient.path("/v1/cartridges/%s/give", barcode),
                                        request),
                        answer ->
                                tenant == null
                                        ? barcode + " is no tenant's\n"
                                        : "%s is tenant %s's%n".formatted(barcode, tenant));
    }

    @Command(
            description = {
                "Draws a token for a tenant.",
                "Only its SHA-256 goes into the configuration, as an item of token-sha256; the daemon is "
                        + "not asked."
            })
    void token() {
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        String token = HexFormat.of().formatHex(random);
        ObjectNode document = cli().mapper().createObjectNode();
        document.put("token", token);
        document.put("sha256", sha256(token));
        output().print(
                        document,
                        drawn ->
                                "token         %s%ntoken-sha256  %s%n"
                                        .formatted(
                                                Output.text(drawn, "token"),
                                                Output.text(drawn, "sha256")));
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
