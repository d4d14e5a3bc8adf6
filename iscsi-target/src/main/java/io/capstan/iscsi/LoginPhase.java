package io.capstan.iscsi;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The login of one connection: stages, authentication, parameters. It knows no channel: a request goes in, a response
 * comes out.
 *
 * <pre>
 *            T, NSG=1                    T, NSG=3
 *  SECURITY -----------&gt; OPERATIONAL -------------&gt; full feature phase
 *      \________________________________________/
 *                     T, NSG=3
 * </pre>
 *
 * @see "RFC 7143, 6.3 Login Phase, 11.12 Login Request, 11.13 Login Response"
 */
final class LoginPhase {

    static final int SECURITY = 0;
    static final int OPERATIONAL = 1;
    static final int FULL_FEATURE = 3;

    /** Text of one request, over all of its PDUs. Nobody has been authenticated yet. */
    private static final int TEXT_MAX_BYTES = 16 << 10;

    /** Requests of one login; the longest honest one has five. */
    private static final int REQUESTS_MAX = 32;

    private static final int NAME_LENGTH_MAX = 223;

    private static final Set<String> SECURITY_KEYS =
            Set.of("AuthMethod", "CHAP_A", "CHAP_I", "CHAP_C", "CHAP_N", "CHAP_R");

    private static final Set<String> DECLARATIONS =
            Set.of("InitiatorName", "InitiatorAlias", "TargetName", "SessionType");

    /**
     * A response.
     *
     * @param transit T: what was asked for is granted
     * @param nextStage NSG, if {@code transit}
     */
    record Response(
            LoginStatus status,
            boolean transit,
            int currentStage,
            int nextStage,
            TextParameters parameters) {}

    private final TargetDirectory directory;
    private final RandomGenerator random;
    private final OperationalNegotiation negotiation;
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private final IscsiLimits limits;

    private int requests;
    private int stage = -1;
    private long isid;
    private int cid;
    private String initiatorName = "";
    private String initiatorAlias = "";
    private boolean identified;
    private boolean lengthDeclared;
    private @Nullable ServedTarget target;
    private AccessRules access = AccessRules.OPEN;
    private @Nullable ChapAuthentication chap;
    private boolean authenticated;
    private String userName = "";

    /**
     * @param random a secure one
     */
    LoginPhase(TargetDirectory directory, IscsiLimits limits, RandomGenerator random) {
        this.directory = directory;
        this.limits = limits;
        this.random = random;
        this.negotiation = new OperationalNegotiation(limits);
    }

    /**
     * Takes a login request.
     *
     * @param data its data segment, borrowed
     * @return what to answer; a status other than SUCCESS ends the connection
     */
    Response take(RequestPdu pdu, byte[] data) {
        try {
            return answer(pdu, data);
        } catch (Refusal refusal) {
            return refused(refusal);
        } catch (ProtocolException e) {
            return refused(new Refusal(LoginStatus.INITIATOR_ERROR));
        }
    }

    /** Whether the login is over, once the response that says so was sent. */
    boolean isComplete() {
        return stage == FULL_FEATURE;
    }

    /** What it came to, once complete. */
    Login result() {
        return new Login(
                initiatorName,
                initiatorAlias,
                isid,
                cid,
                Optional.ofNullable(target),
                userName,
                negotiation.result());
    }

    /** What is known of whoever logs in; empty before it said its name. */
    String initiatorName() {
        return initiatorName;
    }

    private Response answer(RequestPdu pdu, byte[] data) throws Refusal, ProtocolException {
        checkHeader(pdu);
        text.writeBytes(data);
        if (text.size() > TEXT_MAX_BYTES || ++requests > REQUESTS_MAX) {
            throw new Refusal(LoginStatus.INITIATOR_ERROR);
        }
        boolean continues = (pdu.flags() & BasicHeader.CONTINUE) != 0;
        if (continues) {
            return new Response(LoginStatus.SUCCESS, false, stage, 0, new TextParameters());
        }
        TextParameters request = TextParameters.parse(text.toByteArray());
        text.reset();
        TextParameters response = new TextParameters();
        if (!identified) {
            identify(request, response);
        }
        boolean ready =
                switch (stage) {
                    case SECURITY -> security(request, response);
                    default -> operational(request, response);
                };
        boolean transit = (pdu.flags() & BasicHeader.FINAL) != 0 && ready;
        int current = stage;
        int next = pdu.flags() & 3;
        if (transit) {
            stage = next;
        }
        return new Response(LoginStatus.SUCCESS, transit, current, transit ? next : 0, response);
    }

    private void checkHeader(RequestPdu pdu) throws Refusal {
        int currentStage = pdu.flags() >> 2 & 3;
        int nextStage = pdu.flags() & 3;
        boolean transit = pdu.isFinal();
        boolean continues = (pdu.flags() & BasicHeader.CONTINUE) != 0;
        if (stage < 0) {
            first(pdu, currentStage);
        }
        boolean sameConnection =
                isid == pdu.u64(BasicHeader.ISID) >>> 16 && cid == pdu.u16(BasicHeader.CID);
        boolean stageWrong = currentStage != stage || (transit && nextStage <= stage);
        if (stageWrong || (transit && (continues || nextStage == 2)) || !sameConnection) {
            throw new Refusal(LoginStatus.INVALID_DURING_LOGIN);
        }
    }

    private void first(RequestPdu pdu, int currentStage) throws Refusal {
        if (pdu.u8(BasicHeader.VERSION_MIN) > 0) {
            throw new Refusal(LoginStatus.UNSUPPORTED_VERSION);
        }
        if (currentStage != SECURITY && currentStage != OPERATIONAL) {
            throw new Refusal(LoginStatus.INVALID_DURING_LOGIN);
        }
        stage = currentStage;
        isid = pdu.u64(BasicHeader.ISID) >>> 16;
        cid = pdu.u16(BasicHeader.CID);
        // Only a session with several connections, or one that recovers, is logged in to again.
        if (pdu.u16(BasicHeader.TSIH) != 0) {
            throw new Refusal(LoginStatus.SESSION_DOES_NOT_EXIST);
        }
    }

    /** The first request says who wants what. */
    private void identify(TextParameters request, TextParameters response) throws Refusal {
        identified = true;
        initiatorName =
                request.get("InitiatorName")
                        .filter(LoginPhase::isName)
                        .orElseThrow(() -> new Refusal(LoginStatus.MISSING_PARAMETER));
        initiatorAlias = request.get("InitiatorAlias").orElse("");
        String sessionType = request.get("SessionType").orElse("Normal");
        switch (sessionType) {
            case "Discovery" -> access = directory.discovery();
            case "Normal" -> {
                String name =
                        request.get("TargetName")
                                .orElseThrow(() -> new Refusal(LoginStatus.MISSING_PARAMETER));
                ServedTarget found =
                        directory
                                .find(name)
                                .orElseThrow(() -> new Refusal(LoginStatus.TARGET_NOT_FOUND));
                target = found;
                access = found.target().access();
                response.put(
                        "TargetPortalGroupTag", Integer.toString(IscsiTarget.PORTAL_GROUP_TAG));
                if (!found.target().alias().isEmpty()) {
                    response.put("TargetAlias", found.target().alias());
                }
            }
            default -> throw new Refusal(LoginStatus.SESSION_TYPE_NOT_SUPPORTED);
        }
        if (!access.admits(initiatorName)) {
            throw new Refusal(LoginStatus.AUTHORIZATION_FAILURE);
        }
        Optional<String> redirection =
                target == null ? Optional.empty() : target.target().redirection();
        if (redirection.isPresent()) {
            throw new Refusal(LoginStatus.TARGET_MOVED_TEMPORARILY, redirection);
        }
        if (stage == OPERATIONAL && access.authenticates()) {
            throw new Refusal(LoginStatus.AUTHENTICATION_FAILURE);
        }
    }

    private static boolean isName(String name) {
        return !name.isEmpty()
                && name.length() <= NAME_LENGTH_MAX
                && name.chars().allMatch(letter -> letter > ' ' && letter != ',' && letter != 0x7F);
    }

    /**
     * @return whether the stage may be left
     */
    private boolean security(TextParameters request, TextParameters response) throws Refusal {
        for (String key : request.pairs().keySet()) {
            if (!SECURITY_KEYS.contains(key) && !DECLARATIONS.contains(key)) {
                declareOrRefuse(key, request, response);
            }
        }
        ChapAuthentication running = chap;
        if (running != null && !authenticated) {
            authenticate(running, request, response);
        } else if (request.get("AuthMethod").isPresent()) {
            chooseMethod(List.of(request.get("AuthMethod").get().split(",")), response);
        }
        return authenticated || !access.authenticates();
    }

    /** Whether a key is known and not for text requests. */
    static boolean isOperationalKey(String key) {
        return SECURITY_KEYS.contains(key)
                || DECLARATIONS.contains(key)
                || !new OperationalNegotiation(IscsiLimits.DEFAULTS)
                        .answer(key, "")
                        .equals(Optional.of("NotUnderstood"));
    }

    /** MaxRecvDataSegmentLength may be declared in any stage; keys of the operational stage belong there. */
    private void declareOrRefuse(String key, TextParameters request, TextParameters response)
            throws Refusal {
        if (key.equals("MaxRecvDataSegmentLength")) {
            operationalKey(key, request.get(key).orElse(""), response);
        } else if (negotiation.answer(key, "").equals(Optional.of("NotUnderstood"))) {
            response.put(key, "NotUnderstood");
        } else {
            throw new Refusal(LoginStatus.INITIATOR_ERROR);
        }
    }

    private void chooseMethod(List<String> offered, TextParameters response) throws Refusal {
        if (access.authenticates()) {
            if (!offered.contains("CHAP")) {
                throw new Refusal(LoginStatus.AUTHENTICATION_FAILURE);
            }
            chap = new ChapAuthentication(access, random);
            response.put("AuthMethod", "CHAP");
        } else if (offered.contains("None")) {
            response.put("AuthMethod", "None");
        } else {
            throw new Refusal(LoginStatus.AUTHENTICATION_FAILURE);
        }
    }

    private void authenticate(
            ChapAuthentication running, TextParameters request, TextParameters response)
            throws Refusal {
        switch (running.take(request, response)) {
            case GOES_ON -> {}
            case PASSED -> {
                authenticated = true;
                userName = request.get("CHAP_N").orElse("");
            }
            case FAILED -> throw new Refusal(LoginStatus.AUTHENTICATION_FAILURE);
        }
    }

    private boolean operational(TextParameters request, TextParameters response) {
        for (Map.Entry<String, String> pair : request.pairs().entrySet()) {
            if (!DECLARATIONS.contains(pair.getKey())) {
                operationalKey(pair.getKey(), pair.getValue(), response);
            }
        }
        if (!lengthDeclared) {
            lengthDeclared = true;
            response.put(
                    "MaxRecvDataSegmentLength", Integer.toString(limits.dataSegmentMaxBytes()));
        }
        return true;
    }

    private void operationalKey(String key, String value, TextParameters response) {
        negotiation.answer(key, value).ifPresent(answer -> response.put(key, answer));
    }

    private Response refused(Refusal refusal) {
        TextParameters parameters = new TextParameters();
        refusal.address.ifPresent(address ->
                parameters.put("TargetAddress", address + "," + IscsiTarget.PORTAL_GROUP_TAG));
        return new Response(refusal.status, false, Math.max(stage, 0), 0, parameters);
    }

    /** The login ends here. */
    private static final class Refusal extends Exception {

        private static final long serialVersionUID = 1L;

        private final LoginStatus status;
        private final transient Optional<String> address;

        Refusal(LoginStatus status) {
            this(status, Optional.empty());
        }

        Refusal(LoginStatus status, Optional<String> address) {
            super(status.meaning(), null, false, false);
            this.status = status;
            this.address = address;
        }
    }
}
