package io.capstan.appliance.api;

import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogTransaction;
import io.capstan.format.VolumeIdentifier;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The requests of clients that gave a token, each with the barcodes it is for. The newest {@link #KEPT} are kept, which is
 * far longer than any client tries again.
 */
final class ClientTokens {

    /** Requests to remember. */
    static final int KEPT = 4096;

    private static final String OF = "client-token/of/";
    private static final String NEXT = "client-token/next";

    private final Catalog catalog;

    ClientTokens(Catalog catalog) {
        this.catalog = catalog;
    }

    /**
     * The barcodes a token stands for; empty if it is new.
     *
     * @param tenant whose token it is; each may have the same one
     *
     * @throws Problem if it is no token, or it was given with another request
     */
    Optional<List<VolumeIdentifier>> find(Optional<String> tenant, String token, String request) {
        if (!token.matches("[A-Za-z0-9._:-]{1,64}")) {
            throw Problem.badRequest(
                    "a clientToken is 1 to 64 letters, digits, '.', '_', ':' or '-'");
        }
        return catalog.read(view -> view.parameters(name(tenant, token)))
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .map(kept -> barcodes(kept, request));
    }

    private static List<VolumeIdentifier> barcodes(String kept, String request) {
        int end = kept.indexOf('\n');
        if (!kept.substring(end + 1).equals(request)) {
            throw Problem.conflict(
                    "CLIENT_TOKEN_IN_USE", "the clientToken was given with another request");
        }
        return Arrays.stream(kept.substring(0, end).split(" ")).map(VolumeIdentifier::new).toList();
    }

    /** Whether all that a token stands for was made, whatever became of it since. */
    boolean isMade(Optional<String> tenant, String token) {
        return catalog.read(view -> view.parameters(made(name(tenant, token)))).isPresent();
    }

    /** Notes that all of it was made, so that nothing is made again of what is gone and forgotten. */
    void noteMade(Optional<String> tenant, String token) {
        catalog.commit(change -> change.putParameters(made(name(tenant, token)), new byte[] {1}));
    }

    /** Keeps a request, durably. */
    void remember(
            Optional<String> tenant, String token, String request, List<VolumeIdentifier> volumes) {
        String barcodes =
                volumes.stream().map(VolumeIdentifier::text).collect(Collectors.joining(" "));
        byte[] entry = (barcodes + "\n" + request).getBytes(StandardCharsets.UTF_8);
        catalog.commit(change -> {
            int place = nextPlace(change);
            String ring = "client-token/place/" + place;
            change.parameters(ring)
                    .map(oldest -> new String(oldest, StandardCharsets.US_ASCII))
                    .ifPresent(oldest -> {
                        change.removeParameters(oldest);
                        change.removeParameters(made(oldest));
                    });
            change.putParameters(ring, name(tenant, token).getBytes(StandardCharsets.US_ASCII));
            change.putParameters(name(tenant, token), entry);
            change.putParameters(
                    NEXT, Integer.toString((place + 1) % KEPT).getBytes(StandardCharsets.US_ASCII));
        });
    }

    private static int nextPlace(CatalogTransaction change) {
        return change.parameters(NEXT)
                .map(bytes -> Integer.parseInt(new String(bytes, StandardCharsets.US_ASCII)))
                .orElse(0);
    }

    private static String made(String name) {
        return "client-token/made" + name.substring(OF.length() - 1);
    }

    private static String name(Optional<String> tenant, String token) {
        return OF + tenant.map(name -> name + "/").orElse("") + token;
    }
}
