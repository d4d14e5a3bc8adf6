package io.capstan.appliance.api;

import io.capstan.appliance.http.HttpHandler;
import io.capstan.appliance.http.HttpRequest;
import io.capstan.appliance.http.HttpResponse;
import io.capstan.appliance.node.DiskHealthUnit;
import io.capstan.appliance.node.Node;
import io.capstan.catalog.AuditRecord;
import io.capstan.catalog.CatalogException;
import io.capstan.metrics.PrometheusText;
import io.capstan.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's REST API.
 *
 * <p>Errors are problem documents (RFC 9457) whose {@code reason} is the word that a host would find in sense data. Every
 * change that is asked for is recorded in the catalog's audit trail, with its outcome. Any thread.
 */
public final class Api implements HttpHandler {

    private static final Logger LOG = LoggerFactory.getLogger(Api.class);

    private static final String JSON = "application/json";
    private static final String PROBLEM_JSON = "application/problem+json";
    private static final int AUDIT_BODY_LENGTH_MAX = 2000;

    private final Node node;
    private final Metrics metrics;
    private final List<Route> routes;
    private final byte[] openApi;

    /** Ends the daemon's process in order. */
    public interface Stop {

        /**
         * Returns at once; the stop begins when the response is on its way.
         *
         * @param keepDevices whether kernel devices stay, with commands held back, for the next start
         */
        void request(boolean keepDevices);
    }

    /**
     * @param disks empty where disks are not watched
     */
    public Api(Node node, Optional<DiskHealthUnit> disks, String version, Stop stop) {
        this.node = node;
        this.metrics = new Metrics(node, disks);
        List<Route> all = new ArrayList<>();
        all.addAll(new NodeRoutes(node, version, stop).routes());
        all.addAll(new LibraryRoutes(node).routes());
        all.addAll(new CartridgeRoutes(node).routes());
        all.addAll(new GenerationRoutes(node).routes());
        all.addAll(new DriveRoutes(node).routes());
        all.addAll(new StoreRoutes(node).routes());
        all.addAll(new TierRoutes(node).routes());
        all.addAll(new RecallRoutes(node).routes());
        all.addAll(new AccountingRoutes(node).routes());
        all.addAll(new CatalogRoutes(node).routes());
        disks.ifPresent(unit -> all.addAll(new DiskRoutes(unit, node.storage().nodeId()).routes()));
        all.addAll(new IscsiRoutes(node).routes());
        all.addAll(new TenantRoutes(node).routes());
        this.routes = List.copyOf(all);
        this.openApi = Json.write(OpenApi.document(routes, version));
    }

    @Override
    public HttpResponse handle(HttpRequest request) {
        try {
            return dispatch(request, access(request));
        } catch (Problem problem) {
            return response(problem);
        }
    }

    /** A request without a token is the administrator's, as far as it comes over a socket that only administrators reach. */
    private Access access(HttpRequest request) {
        Optional<String> tenant = request.token().map(this::tenantOf);
        return new Access(node, tenant);
    }

    private String tenantOf(String token) {
        return node.tenants()
                .ofToken(token)
                .orElseThrow(() -> unauthenticated("the token is no tenant's"));
    }

    private static Problem unauthenticated(String detail) {
        return new Problem(401, "UNAUTHENTICATED", detail);
    }

    /** The same for a socket that everybody reaches: nothing is answered without a token. */
    public HttpHandler forTenants() {
        return new HttpHandler() {
            @Override
            public HttpResponse handle(HttpRequest request) {
                return request.token().isPresent()
                        ? Api.this.handle(request)
                        : response(unauthenticated("a token is needed here"));
            }

            @Override
            public HttpResponse refuse(int status, String detail) {
                return Api.this.refuse(status, detail);
            }
        };
    }

    @Override
    public HttpResponse refuse(int status, String detail) {
        return response(
                new Problem(
                        status,
                        title(status).toUpperCase(java.util.Locale.ROOT).replace(' ', '_'),
                        detail));
    }

    private HttpResponse dispatch(HttpRequest request, Access access) {
        if (request.path().equals("/v1/openapi.json") && request.method().equals("GET")) {
            return new HttpResponse(200, JSON, openApi);
        }
        if (request.path().equals("/metrics") && request.method().equals("GET")) {
            return new HttpResponse(
                    200,
                    PrometheusText.CONTENT_TYPE,
                    metrics.text(access).getBytes(StandardCharsets.UTF_8));
        }
        List<String> otherMethods = new ArrayList<>();
        for (Route route : routes) {
            if (access.isTenant() && !route.isForTenants()) {
                continue;
            }
            Optional<Map<String, String>> parameters = route.match(request.path());
            if (parameters.isPresent() && route.method().equals(request.method())) {
                return run(route, request, new Call(request, parameters.get(), access));
            }
            parameters.ifPresent(match -> otherMethods.add(route.method()));
        }
        if (!otherMethods.isEmpty()) {
            throw new Problem(
                    405,
                    "METHOD_NOT_ALLOWED",
                    "%s takes %s".formatted(request.path(), String.join(", ", otherMethods)));
        }
        throw Problem.notFound("UNKNOWN_PATH", "there is nothing at " + request.path());
    }

    private HttpResponse run(Route route, HttpRequest request, Call call) {
        if (!route.changes()) {
            return new HttpResponse(200, JSON, Json.write(result(route, call)));
        }
        String outcome = "failed";
        try {
            Object document = result(route, call);
            outcome = "done";
            return new HttpResponse(200, JSON, Json.write(document));
        } catch (Problem problem) {
            outcome = "refused: " + problem.reason() + ": " + problem.detail();
            throw problem;
        } finally {
            audit(request, call.access(), outcome);
        }
    }

    /** What another tenant's is, is not there. */
    private void requireSeen(Call call) {
        call.pathIfGiven("library").ifPresent(call.access()::library);
        if (call.access().isTenant()) {
            if (call.pathIfGiven("barcode").isPresent()) {
                call.access().requireCartridge(call.barcode());
            }
            if (call.pathIfGiven("job").isPresent()) {
                TierRoutes.require(node, call);
            }
        }
    }

    private Object result(Route route, Call call) {
        try {
            requireSeen(call);
            return route.handler().handle(call);
        } catch (Problem problem) {
            throw problem;
        } catch (RejectedExecutionException e) {
            throw new Problem(503, "NOT_IN_SERVICE", "the logical unit is not in service now");
        } catch (StoreException.NoSpace e) {
            throw new Problem(507, "NO_SPACE", String.valueOf(e.getMessage()));
        } catch (StoreException e) {
            LOG.error("{}: {}", route.operation(), e.getMessage());
            throw new Problem(500, "STORAGE_FAILED", String.valueOf(e.getMessage()));
        } catch (CatalogException e) {
            LOG.error("{}: {}", route.operation(), e.getMessage());
            boolean isFull = e.reason() == CatalogException.Reason.NO_SPACE;
            throw new Problem(
                    isFull ? 507 : 500,
                    isFull ? "NO_SPACE" : "CATALOG_FAILED",
                    String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Problem(503, "STOPPING", "the daemon is stopping");
        } catch (Exception bug) {
            LOG.error("{} failed inside", route.operation(), bug);
            throw new Problem(
                    500, "INTERNAL_ERROR", "the daemon failed inside; its log says where");
        }
    }

    /** Even where it cannot be recorded, what was done is done. */
    private void audit(HttpRequest request, Access access, String outcome) {
        String body = new String(request.body(), StandardCharsets.UTF_8);
        String what =
                printable(
                        request.method() + " " + request.path() + " " + body,
                        AUDIT_BODY_LENGTH_MAX);
        try {
            node.storage()
                    .catalog()
                    .commit(change ->
                            change.appendAudit(
                                    new AuditRecord(
                                            node.clock().millis(),
                                            printable(who(request, access), 255),
                                            what,
                                            printable(outcome, AUDIT_BODY_LENGTH_MAX))));
        } catch (CatalogException | IllegalStateException e) {
            LOG.error("not audited: {} {}: {}", what, outcome, e.getMessage());
        }
    }

    /** No user of the host has a colon in its name, so nobody is taken for a tenant. */
    static String who(String tenant, String peer) {
        return tenant + ":" + peer;
    }

    private static String who(HttpRequest request, Access access) {
        return access.tenant().map(tenant -> who(tenant, request.peer())).orElse(request.peer());
    }

    private static String printable(String text, int lengthMax) {
        String clean = text.replaceAll("\\p{Cntrl}+", " ").strip();
        return clean.length() <= lengthMax ? clean : clean.substring(0, lengthMax);
    }

    private static HttpResponse response(Problem problem) {
        return new HttpResponse(
                problem.status(),
                PROBLEM_JSON,
                Json.write(
                        new Documents.ProblemDocument(
                                "urn:capstan:problem:"
                                        + problem.reason()
                                                .toLowerCase(java.util.Locale.ROOT)
                                                .replace('_', '-'),
                                title(problem.status()),
                                problem.status(),
                                problem.detail(),
                                problem.reason())));
    }

    private static String title(int status) {
        return switch (status) {
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 408 -> "Request Timeout";
            case 409 -> "Conflict";
            case 413 -> "Content Too Large";
            case 414 -> "URI Too Long";
            case 431 -> "Request Header Fields Too Large";
            case 503 -> "Service Unavailable";
            case 507 -> "Insufficient Storage";
            default -> "Internal Server Error";
        };
    }

    List<Route> routes() {
        return routes;
    }
}
