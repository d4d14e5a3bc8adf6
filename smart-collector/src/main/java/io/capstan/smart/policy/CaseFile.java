package io.capstan.smart.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.capstan.format.DiskId;
import io.capstan.smart.history.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Cases in a JSON file, which is replaced as a whole. */
public final class CaseFile implements CaseStore {

    private static final int FORMAT = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;

    public CaseFile(Path file) {
        this.file = file;
    }

    @Override
    public SortedMap<DiskId, DiskCase> load() throws IOException {
        SortedMap<DiskId, DiskCase> cases = new TreeMap<>();
        if (!Files.exists(file)) {
            return cases;
        }
        try {
            JsonNode root = JSON.readTree(Files.readAllBytes(file));
            if (root.path("format").asInt() != FORMAT) {
                throw new IOException(file + " has a format that this program does not know");
            }
            for (JsonNode node : root.path("cases")) {
                DiskCase one = read(node);
                cases.put(one.disk(), one);
            }
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " is damaged: " + e.getMessage(), e);
        }
        return cases;
    }

    private static DiskCase read(JsonNode node) {
        return new DiskCase(
                DiskId.parse(node.path("disk").asText()),
                node.path("pool").asText(),
                DiskCase.Step.valueOf(node.path("step").asText()),
                Policy.Action.valueOf(node.path("action").asText()),
                node.path("reason").asText(),
                node.path("by-hand").asBoolean(),
                node.path("held").asBoolean(),
                Optional.ofNullable(node.get("obstacle")).map(JsonNode::asText),
                node.path("since").asLong());
    }

    @Override
    public void save(SortedMap<DiskId, DiskCase> cases) throws IOException {
        ObjectNode root = JSON.createObjectNode().put("format", FORMAT);
        ArrayNode all = root.putArray("cases");
        for (DiskCase one : cases.values()) {
            ObjectNode node = all.addObject();
            node.put("disk", one.disk().toString());
            node.put("pool", one.pool());
            node.put("step", one.step().name());
            node.put("action", one.action().name());
            node.put("reason", one.reason());
            node.put("by-hand", one.byHand());
            node.put("held", one.held());
            one.obstacle().ifPresent(obstacle -> node.put("obstacle", obstacle));
            node.put("since", one.sinceSeconds());
        }
        WholeFile.replace(file, JSON.writeValueAsBytes(root));
    }
}
