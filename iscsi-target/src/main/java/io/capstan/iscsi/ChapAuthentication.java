package io.capstan.iscsi;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The target's side of CHAP.
 *
 * <pre>
 *  initiator                                target
 *  CHAP_A=7,5                      -&gt;
 *                                  &lt;-       CHAP_A=7 CHAP_I=id CHAP_C=challenge
 *  CHAP_N=name CHAP_R=response     -&gt;
 *  [CHAP_I=id CHAP_C=challenge]    -&gt;
 *                                  &lt;-       [CHAP_N=name CHAP_R=response]
 * </pre>
 *
 * @see "RFC 7143, 12.1.3 and RFC 1994; IANA, PPP Authentication Algorithms"
 */
final class ChapAuthentication {

    private static final int CHALLENGE_BYTES = 32;
    private static final int BINARY_MAX_BYTES = 1024;

    /** How far it is. */
    enum Progress {
        GOES_ON,
        PASSED,
        FAILED
    }

    private final AccessRules access;
    private final RandomGenerator random;
    private @Nullable String digestName;
    private int identifier;
    private byte[] challenge = {};

    /**
     * @param random a secure one
     */
    ChapAuthentication(AccessRules access, RandomGenerator random) {
        this.access = access;
        this.random = random;
    }

    /** Takes the keys of one request and adds those of the response. */
    Progress take(TextParameters request, TextParameters response) {
        String digest = digestName;
        return digest == null ? begin(request, response) : check(digest, request, response);
    }

    private Progress begin(TextParameters request, TextParameters response) {
        Optional<String> offered = request.get("CHAP_A");
        if (offered.isEmpty()) {
            return Progress.FAILED;
        }
        for (String algorithm : offered.get().split(",")) {
            Optional<String> digest = digest(algorithm);
            if (digest.isPresent()) {
                digestName = digest.get();
                identifier = random.nextInt(256);
                challenge = new byte[CHALLENGE_BYTES];
                random.nextBytes(challenge);
                response.put("CHAP_A", algorithm)
                        .put("CHAP_I", Integer.toString(identifier))
                        .put("CHAP_C", hex(challenge));
                return Progress.GOES_ON;
            }
        }
        return Progress.FAILED;
    }

    private Progress check(String digest, TextParameters request, TextParameters response) {
        Optional<String> name = request.get("CHAP_N");
        Optional<byte[]> answer = request.get("CHAP_R").flatMap(ChapAuthentication::binary);
        if (name.isEmpty() || answer.isEmpty()) {
            return Progress.FAILED;
        }
        boolean right = false;
        for (ChapUser user : access.users()) {
            byte[] expected = hash(digest, identifier, user.secret(), challenge);
            right |=
                    user.name().equals(name.get()) && MessageDigest.isEqual(expected, answer.get());
        }
        if (!right) {
            return Progress.FAILED;
        }
        return request.get("CHAP_C").isPresent()
                ? prove(digest, request, response)
                : Progress.PASSED;
    }

    /** The initiator wants to know who we are. Our own challenge thrown back at us is an attempt to cheat. */
    private Progress prove(String digest, TextParameters request, TextParameters response) {
        Optional<byte[]> theirs = request.get("CHAP_C").flatMap(ChapAuthentication::binary);
        Optional<Integer> id =
                request.get("CHAP_I")
                        .flatMap(text -> {
                            var number = OperationalNegotiation.number(text, 0, 255);
                            return number.isPresent()
                                    ? Optional.of(number.getAsInt())
                                    : Optional.empty();
                        });
        Optional<ChapUser> mutual = access.mutual();
        if (theirs.isEmpty()
                || id.isEmpty()
                || mutual.isEmpty()
                || MessageDigest.isEqual(theirs.get(), challenge)) {
            return Progress.FAILED;
        }
        response.put("CHAP_N", mutual.get().name())
                .put("CHAP_R", hex(hash(digest, id.get(), mutual.get().secret(), theirs.get())));
        return Progress.PASSED;
    }

    /** The digest with this number. SHA-1 (6) is left out: it is no better than MD5, which must be there. */
    private static Optional<String> digest(String algorithm) {
        return switch (algorithm) {
            case "5" -> Optional.of("MD5");
            case "7" -> Optional.of("SHA-256");
            case "8" -> Optional.of("SHA3-256");
            default -> Optional.empty();
        };
    }

    static byte[] hash(String digestName, int identifier, byte[] secret, byte[] challenge) {
        try {
            MessageDigest digest = MessageDigest.getInstance(digestName);
            digest.update((byte) identifier);
            digest.update(secret);
            return digest.digest(challenge);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + digestName, e);
        }
    }

    private static String hex(byte[] bytes) {
        return "0x" + HexFormat.of().formatHex(bytes);
    }

    /** A binary value in hexadecimal or base64; empty if it is neither. */
    static Optional<byte[]> binary(String text) {
        try {
            String digits = text.length() < 3 ? "" : text.substring(2);
            if (digits.length() > BINARY_MAX_BYTES * 2) {
                return Optional.empty();
            }
            if (text.startsWith("0x") || text.startsWith("0X")) {
                String even = digits.length() % 2 == 0 ? digits : "0" + digits;
                return Optional.of(HexFormat.of().parseHex(even));
            }
            if (text.startsWith("0b") || text.startsWith("0B")) {
                byte[] ascii = digits.getBytes(StandardCharsets.US_ASCII);
                return Optional.of(Base64.getDecoder().decode(ascii));
            }
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
