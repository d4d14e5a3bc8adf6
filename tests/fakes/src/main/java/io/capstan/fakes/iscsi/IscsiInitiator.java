package io.capstan.fakes.iscsi;

import io.capstan.buffer.DataIn;
import io.capstan.fakes.scsi.ReceivedSense;
import io.capstan.scsi.Cdb;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.LogicalUnit;
import io.capstan.scsi.Nexus;
import io.capstan.scsi.Status;
import io.capstan.scsi.Task;
import io.capstan.scsi.TaskManagementFunction;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * An initiator with one session of one connection, one command at a time, in blocking reads and writes. It does what it is
 * told, right or wrong: tests send what PDUs they like with {@link #send} and read what comes with {@link #receive}.
 */
public final class IscsiInitiator implements AutoCloseable {

    private static final int NO_TAG = 0xFFFF_FFFF;
    private static final int TIMEOUT_MILLIS = 60_000;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final Map<String, String> negotiated = new LinkedHashMap<>();
    private boolean headerDigest;
    private boolean dataDigest;
    private int cmdSn = 1;
    private int expStatSn;
    private int nextTag = 100;

    private IscsiInitiator(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    /** A connection that is not logged in. */
    public static IscsiInitiator connect(InetSocketAddress portal) throws IOException {
        Socket socket = new Socket();
        socket.connect(portal, TIMEOUT_MILLIS);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        return new IscsiInitiator(socket);
    }

    /** What a command came to. */
    public record Reply(int status, byte[] sense, byte[] data, int flags, int residual) {

        /** Sense key and code as {@code 05/24/00}; {@code GOOD}, or the status in hexadecimal. */
        public String outcome() {
            if (sense.length > 0) {
                return "%02X/%02X/%02X".formatted(sense[2] & 0xF, sense[12], sense[13]);
            }
            return status == 0 ? "GOOD" : "%02X".formatted(status);
        }

        /** Whether the residual is an overflow. */
        public boolean overflow() {
            return (flags & 4) != 0;
        }

        /** Whether the residual is an underflow. */
        public boolean underflow() {
            return (flags & 2) != 0;
        }
    }

    // ---- login

    /** Logs in without authentication; returns status class and detail, 0 for success. */
    public int login(String initiator, String target, long isid, String... keysAndValues)
            throws IOException {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("InitiatorName", initiator);
        if (target.isEmpty()) {
            keys.put("SessionType", "Discovery");
        } else {
            keys.put("TargetName", target);
        }
        for (int i = 0; i < keysAndValues.length; i += 2) {
            keys.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        Pdu response = loginRequest(1, 3, true, isid, keys);
        int status = response.u16(36);
        if (status == 0) {
            headerDigest = "CRC32C".equals(negotiated.get("HeaderDigest"));
            dataDigest = "CRC32C".equals(negotiated.get("DataDigest"));
        }
        return status;
    }

    /**
     * Logs in with CHAP and SHA-256; returns status class and detail, 0 for success.
     *
     * @param target empty for discovery
     * @see "RFC 7143, 12.1.3; RFC 1994"
     */
    public int loginWithChap(String initiator, String target, long isid, String user, byte[] secret)
            throws IOException {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("InitiatorName", initiator);
        keys.put(
                target.isEmpty() ? "SessionType" : "TargetName",
                target.isEmpty() ? "Discovery" : target);
        keys.put("AuthMethod", "CHAP");
        int status = loginRequest(0, 1, true, isid, keys).u16(36);
        if (status != 0) {
            return status;
        }
        status = loginRequest(0, 1, false, isid, Map.of("CHAP_A", "7")).u16(36);
        if (status != 0) {
            return status;
        }
        Map<String, String> proof = new LinkedHashMap<>();
        proof.put("CHAP_N", user);
        proof.put("CHAP_R", "0x" + HexFormat.of().formatHex(response(secret)));
        status = loginRequest(0, 1, true, isid, proof).u16(36);
        return status != 0 ? status : loginRequest(1, 3, true, isid, Map.of()).u16(36);
    }

    /** Of the challenge that was {@link #negotiated}. */
    private byte[] response(byte[] secret) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        digest.update((byte) Integer.parseInt(negotiated.getOrDefault("CHAP_I", "")));
        digest.update(secret);
        return digest.digest(
                HexFormat.of().parseHex(negotiated.getOrDefault("CHAP_C", "").substring(2)));
    }

    /** Sends one login request and takes what the response says into {@link #negotiated}. */
    public Pdu loginRequest(
            int currentStage, int nextStage, boolean transit, long isid, Map<String, String> keys)
            throws IOException {
        Pdu request =
                Pdu.of(0x43, (transit ? 0x80 | nextStage : 0) | currentStage << 2, text(keys));
        request.i64(8, isid << 16).i32(16, 1).i32(24, cmdSn).i32(28, expStatSn);
        send(request);
        Pdu response = receive();
        if (response.opcode() == 0x23) {
            expStatSn = response.i32(24) + 1;
            negotiated.putAll(parse(response.data()));
        }
        return response;
    }

    /** What the target answered and declared. */
    public Map<String, String> negotiated() {
        return negotiated;
    }

    public static byte[] text(Map<String, String> keys) {
        StringBuilder text = new StringBuilder();
        keys.forEach((key, value) -> text.append(key).append('=').append(value).append('\0'));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    public static Map<String, String> parse(byte[] text) {
        Map<String, String> keys = new LinkedHashMap<>();
        for (String pair : new String(text, StandardCharsets.UTF_8).split("\0")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                keys.put(pair.substring(0, equals), pair.substring(equals + 1));
            }
        }
        return keys;
    }

    // ---- PDUs

    /** A request numbered as the next one, not immediate, with a tag of its own. */
    public Pdu next(Pdu pdu) {
        pdu.i32(16, nextTag++).i32(24, cmdSn++).i32(28, expStatSn);
        return pdu;
    }

    /** A SCSI Command PDU, numbered as the next one. */
    public Pdu command(int lun, Cdb cdb, int flags, int expectedBytes, byte... immediateData) {
        Pdu pdu = Pdu.of(0x01, flags, immediateData);
        pdu.i64(8, (long) lun << 48).i32(20, expectedBytes);
        byte[] bytes = cdb.toByteArray();
        pdu.header().put(32, bytes, 0, Math.min(16, bytes.length));
        return next(pdu);
    }

    public void send(Pdu pdu) throws IOException {
        ByteBuffer header = pdu.header();
        int lengthBytes = pdu.data().length;
        header.putInt(4, header.get(4) << 24 | lengthBytes);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] headerBytes = pdu.headerBytes();
        bytes.writeBytes(headerBytes);
        if (headerDigest) {
            bytes.writeBytes(digest(headerBytes, 0));
        }
        bytes.writeBytes(pdu.data());
        int padBytes = -lengthBytes & 3;
        bytes.writeBytes(new byte[padBytes]);
        if (dataDigest && lengthBytes > 0) {
            bytes.writeBytes(digest(pdu.data(), padBytes));
        }
        sendRaw(bytes.toByteArray());
    }

    /** Sends bytes as they are. */
    public void sendRaw(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /**
     * The next PDU.
     *
     * @throws EOFException if the target closed the connection
     * @throws AssertionError if a digest is wrong
     */
    public Pdu receive() throws IOException {
        byte[] header = new byte[48];
        in.readFully(header);
        if (headerDigest) {
            checkDigest(header, 0);
        }
        byte[] data = new byte[ByteBuffer.wrap(header).getInt(4) & 0xFF_FFFF];
        in.readFully(data);
        int padBytes = -data.length & 3;
        in.readFully(new byte[padBytes]);
        if (dataDigest && data.length > 0) {
            checkDigest(data, padBytes);
        }
        return new Pdu(ByteBuffer.wrap(header), data);
    }

    private void checkDigest(byte[] bytes, int padBytes) throws IOException {
        byte[] digest = new byte[4];
        in.readFully(digest);
        if (!Arrays.equals(digest, digest(bytes, padBytes))) {
            throw new AssertionError("the target sent a wrong digest");
        }
    }

    private static byte[] digest(byte[] bytes, int padBytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        crc.update(new byte[padBytes]);
        return ByteBuffer.allocate(4).putInt(Integer.reverseBytes((int) crc.getValue())).array();
    }

    // ---- commands

    /** Sends a command, its data as it is asked for, and waits for its end. */
    public Reply execute(int lun, Cdb cdb, byte[] dataOut, int dataInBytes) throws IOException {
        boolean write = dataOut.length > 0;
        int expectedBytes = write ? dataOut.length : dataInBytes;
        int immediateBytes =
                "Yes".equals(negotiated.getOrDefault("ImmediateData", "Yes"))
                        ? Math.min(dataOut.length, Math.min(firstBurstBytes(), segmentMaxBytes()))
                        : 0;
        int flags = 0x80 | (write ? 0x20 : dataInBytes > 0 ? 0x40 : 0);
        Pdu command =
                command(lun, cdb, flags, expectedBytes, Arrays.copyOf(dataOut, immediateBytes));
        send(command);
        return complete(command.i32(16), dataOut, expectedBytes);
    }

    private int firstBurstBytes() {
        return Integer.parseInt(negotiated.getOrDefault("FirstBurstLength", "65536"));
    }

    private int segmentMaxBytes() {
        return Integer.parseInt(negotiated.getOrDefault("MaxRecvDataSegmentLength", "8192"));
    }

    /** Takes what comes for a command until its status. */
    public Reply complete(int tag, byte[] dataOut, int expectedBytes) throws IOException {
        byte[] data = new byte[expectedBytes];
        int received = 0;
        while (true) {
            Pdu pdu = receive();
            switch (pdu.opcode()) {
                case 0x31 -> answerR2t(pdu, dataOut);
                case 0x25 -> {
                    System.arraycopy(pdu.data(), 0, data, pdu.i32(40), pdu.data().length);
                    received = pdu.i32(40) + pdu.data().length;
                    if ((pdu.flags() & 1) != 0) {
                        expStatSn = pdu.i32(24) + 1;
                        return reply(pdu, new byte[0], Arrays.copyOf(data, received));
                    }
                }
                case 0x21 -> {
                    expStatSn = pdu.i32(24) + 1;
                    byte[] sense =
                            pdu.data().length < 2
                                    ? new byte[0]
                                    : Arrays.copyOfRange(pdu.data(), 2, pdu.data().length);
                    return reply(pdu, sense, Arrays.copyOf(data, received));
                }
                default -> throw new AssertionError("in the way of task " + tag + ": " + pdu);
            }
        }
    }

    private static Reply reply(Pdu pdu, byte[] sense, byte[] data) {
        return new Reply(pdu.u8(3), sense, data, pdu.flags(), pdu.i32(44));
    }

    private void answerR2t(Pdu r2t, byte[] dataOut) throws IOException {
        int offset = r2t.i32(40);
        int end = offset + r2t.i32(44);
        int dataSn = 0;
        while (offset < end) {
            int lengthBytes = Math.min(end - offset, segmentMaxBytes());
            boolean last = offset + lengthBytes == end;
            byte[] part = Arrays.copyOfRange(dataOut, offset, offset + lengthBytes);
            Pdu pdu = Pdu.of(0x05, last ? 0x80 : 0, part);
            pdu.i64(8, r2t.header().getLong(8)).i32(16, r2t.i32(16)).i32(20, r2t.i32(20));
            pdu.i32(28, expStatSn).i32(36, dataSn++).i32(40, offset);
            send(pdu);
            offset += lengthBytes;
        }
    }

    /** Sends a task management function and returns the response code. */
    public int manage(int function, int lun, int referencedTaskTag) throws IOException {
        Pdu pdu = Pdu.of(0x42, 0x80 | function);
        pdu.i64(8, (long) lun << 48).i32(16, nextTag++).i32(20, referencedTaskTag);
        pdu.i32(24, cmdSn).i32(28, expStatSn);
        send(pdu);
        Pdu response = receive();
        if (response.opcode() != 0x22) {
            throw new AssertionError("in the way of a task management function: " + response);
        }
        expStatSn = response.i32(24) + 1;
        return response.u8(2);
    }

    /** Logs out and closes. */
    public int logout() throws IOException {
        send(next(Pdu.of(0x06, 0x80)));
        Pdu response = receive();
        close();
        return response.u8(2);
    }

    /** Whether the target has closed the connection; takes no PDU that is still to come. */
    public boolean isClosedByTarget() throws IOException {
        try {
            return in.read() < 0;
        } catch (java.net.SocketException reset) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    // ---- a logical unit behind it

    /**
     * A logical unit of the target as if it were here, for tests that know {@link LogicalUnit}s: commands go over the
     * session, whose nexus is this initiator's whatever the task says.
     */
    public LogicalUnit unit(int lun, String name, int peripheralDeviceType) {
        return new Remote(lun, name, peripheralDeviceType);
    }

    private final class Remote implements LogicalUnit {

        private final int lun;
        private final String name;
        private final int peripheralDeviceType;

        Remote(int lun, String name, int peripheralDeviceType) {
            this.lun = lun;
            this.name = name;
            this.peripheralDeviceType = peripheralDeviceType;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public int peripheralDeviceType() {
            return peripheralDeviceType;
        }

        @Override
        public CommandResult execute(Task task) {
            try {
                int outBytes = Math.toIntExact(task.dataOut().lengthBytes());
                Reply reply =
                        IscsiInitiator.this.execute(
                                lun,
                                task.cdb(),
                                task.dataOut().toByteArray(outBytes),
                                Math.toIntExact(task.dataIn().capacityBytes()));
                fill(task.dataIn(), reply.data());
                return result(reply);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void manage(TaskManagementFunction function, Nexus nexus) {
            int code =
                    switch (function) {
                        case ABORT_TASK -> 1;
                        case ABORT_TASK_SET -> 2;
                        case CLEAR_ACA -> 3;
                        case CLEAR_TASK_SET -> 4;
                        case LOGICAL_UNIT_RESET -> 5;
                        case TARGET_RESET -> 6;
                        case I_T_NEXUS_RESET ->
                                throw new UnsupportedOperationException("log in anew");
                    };
            try {
                IscsiInitiator.this.manage(code, lun, NO_TAG);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void fill(DataIn dataIn, byte[] data) {
            int at = 0;
            for (MemorySegment piece : dataIn.slice(0, data.length)) {
                int lengthBytes = (int) piece.byteSize();
                MemorySegment.copy(data, at, piece, ValueLayout.JAVA_BYTE, 0, lengthBytes);
                at += lengthBytes;
            }
            dataIn.transferred(data.length);
        }

        private static CommandResult result(Reply reply) {
            if (reply.sense().length > 0) {
                return CommandResult.checkCondition(ReceivedSense.decode(reply.sense()));
            }
            for (Status status : Status.values()) {
                if (status.code() == reply.status()) {
                    return CommandResult.of(status);
                }
            }
            throw new AssertionError("status " + reply.status());
        }
    }
}
