package io.capstan.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.capstan.appliance.api.Api;
import io.capstan.appliance.http.HttpRequest;
import io.capstan.appliance.http.HttpResponse;
import io.capstan.appliance.node.InstalledEquipment;
import io.capstan.appliance.node.Node;
import io.capstan.appliance.node.NodePlan;
import io.capstan.config.Configuration;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Requests to the REST API of a node: whatever is asked, the answer is no fault of the node's. */
class RequestFuzzTest {

    private static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE");

    /** What paths begin with; the input goes on from there. */
    private static final List<String> PATHS =
            List.of(
                    "/",
                    "/v1/",
                    "/v1/status",
                    "/v1/libraries/lib0/",
                    "/v1/libraries/",
                    "/v1/cartridges",
                    "/v1/cartridges/",
                    "/v1/cartridges/TST001L8/",
                    "/v1/drives/lib0/0/",
                    "/v1/drives/",
                    "/v1/catalog/",
                    "/metrics");

    @TempDir static Path directory;

    private static Node node;
    private static Api api;

    @BeforeAll
    static void start() throws Exception {
        String yaml =
                """
                data-dir: %s
                store: { chunk-size: 1MiB, reserve: 1MiB }
                kernel: { enabled: off }
                libraries:
                  - name: lib0
                    drives: { count: 1 }
                    storage-elements: 8
                    cartridges: [ { prefix: TST, count: 3, capacity: 100MiB } ]
                """
                        .formatted(directory.resolve("data"));
        InstalledEquipment equipment = new InstalledEquipment();
        NodePlan plan = NodePlan.of(Configuration.parse("fuzz.yaml", yaml, equipment), equipment);
        node = Node.start(plan, InstantSource.system(), UUID::randomUUID);
        api = new Api(node, Optional.empty(), "0", keepDevices -> {});
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
        assertThat(outside()).as("files that a request made outside the node's").isEmpty();
    }

    private static List<Path> outside() throws Exception {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(path -> !path.equals(directory.resolve("data"))).toList();
        }
    }

    @FuzzTest(maxDuration = "2m")
    void isAnswered(FuzzedDataProvider input) {
        String method = input.pickValue(METHODS);
        String path = input.pickValue(PATHS) + input.consumeString(40);
        Map<String, String> query =
                input.consumeBoolean()
                        ? Map.of(input.consumeString(10), input.consumeString(20))
                        : Map.of();
        byte[] body = input.consumeRemainingAsBytes();

        HttpResponse response = api.handle(new HttpRequest(method, path, query, body, "uid 0"));

        String answer = new String(response.body(), StandardCharsets.UTF_8);
        assertThat(response.status()).as("%s %s: %s", method, path, answer).isBetween(200, 499);
        assertThat(answer).doesNotContain("Exception", "\tat ");
    }
}
