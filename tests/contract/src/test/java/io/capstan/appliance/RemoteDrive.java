package io.capstan.appliance;

import io.capstan.fakes.iscsi.IscsiInitiator;
import io.capstan.fakes.iscsi.IscsiInitiator.Reply;
import io.capstan.scsi.Cdb;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** A session with a target, and the commands of a host that has a tape drive or a changer there. */
final class RemoteDrive implements AutoCloseable {

    static final int BLOCK_LENGTH_MAX = 256 << 10;

    private static final byte[] NO_DATA = {};
    private static final int CHANGER = 0;
    private static final int ELEMENT_STATUS_MAX_BYTES = 0xF_FFFF;

    private final IscsiInitiator session;
    private final int lun;

    private RemoteDrive(IscsiInitiator session, int lun) {
        this.session = session;
        this.lun = lun;
    }

    /** Logs in. */
    static RemoteDrive open(InetSocketAddress portal, String target, int lun, long isid)
            throws IOException {
        IscsiInitiator session = IscsiInitiator.connect(portal);
        int status =
                session.login(
                        "iqn.2026-01.test:host" + isid,
                        target,
                        isid,
                        "MaxRecvDataSegmentLength",
                        "1048576");
        if (status != 0) {
            session.close();
            throw new IOException("login to " + target + " ended with %04X".formatted(status));
        }
        RemoteDrive drive = new RemoteDrive(session, lun);
        drive.clearUnitAttentions(lun);
        return drive;
    }

    private void clearUnitAttentions(int of) throws IOException {
        while (session.execute(of, Cdb.parse("00 00 00 00 00 00"), NO_DATA, 0)
                .outcome()
                .startsWith("06")) {}
    }

    Reply send(String cdbHex, byte[] dataOut, int dataInBytes) throws IOException {
        return session.execute(lun, Cdb.parse(cdbHex), dataOut, dataInBytes);
    }

    Reply send(String cdbHex) throws IOException {
        return send(cdbHex, NO_DATA, 0);
    }

    /** Sends a command that has no reason to fail. */
    void require(String cdbHex) throws IOException {
        require(cdbHex, send(cdbHex));
    }

    private static void require(String what, Reply reply) {
        if (!reply.outcome().equals("GOOD")) {
            throw new AssertionError(what + " ended with " + reply.outcome());
        }
    }

    void write(byte[] block) throws IOException {
        require("WRITE", send("0A 00 %06X 00".formatted(block.length), block, 0));
    }

    /** Reads what comes next, whatever its length. */
    Reply read() throws IOException {
        return send("08 02 %06X 00".formatted(BLOCK_LENGTH_MAX), NO_DATA, BLOCK_LENGTH_MAX);
    }

    void locate(long object) throws IOException {
        require("92 00 00 00 %016X 00 00 00 00".formatted(object));
    }

    void rewind() throws IOException {
        require("01 00 00 00 00 00");
    }

    /** WRITE FILEMARKS; with a count of 0 it only synchronizes. */
    void writeFilemarks(int count) throws IOException {
        require("10 00 %06X 00".formatted(count));
    }

    // ---- the changer of the same target

    /** Full elements by the volume identifier in them. */
    Map<String, Integer> inventory() throws IOException {
        clearUnitAttentions(CHANGER);
        Reply reply =
                session.execute(
                        CHANGER,
                        Cdb.parse("B8 10 00 00 FF FF 00 0F FF FF 00 00"),
                        NO_DATA,
                        ELEMENT_STATUS_MAX_BYTES);
        require("READ ELEMENT STATUS", reply);
        Map<String, Integer> found = new TreeMap<>();
        ByteBuffer data = ByteBuffer.wrap(reply.data());
        int end = 8 + (data.getInt(4) & 0xFF_FFFF);
        for (int page = 8; page < end; ) {
            int descriptorBytes = data.getShort(page + 2);
            int pageEnd = page + 8 + (data.getInt(page + 4) & 0xFF_FFFF);
            for (int at = page + 8; at < pageEnd; at += descriptorBytes) {
                if ((data.get(at + 2) & 1) != 0) {
                    String volume =
                            new String(reply.data(), at + 12, 32, StandardCharsets.US_ASCII)
                                    .strip();
                    found.put(volume, data.getShort(at) & 0xFFFF);
                }
            }
            page = pageEnd;
        }
        return found;
    }

    /** Moves a cartridge into an element unless it is there, and what is in its way to where it was. */
    void load(String volume, int element) throws IOException {
        Map<String, Integer> inventory = inventory();
        Integer source = inventory.get(volume);
        if (source == null) {
            throw new AssertionError(volume + " is not in " + inventory);
        }
        if (source == element) {
            return;
        }
        if (inventory.containsValue(element)) {
            throw new AssertionError("another cartridge than " + volume + ": " + inventory);
        }
        Reply reply =
                session.execute(
                        CHANGER,
                        Cdb.parse("A5 00 00 00 %04X %04X 00 00 00 00".formatted(source, element)),
                        NO_DATA,
                        0);
        require("MOVE MEDIUM of " + volume, reply);
        clearUnitAttentions(lun);
    }

    @Override
    public void close() throws IOException {
        session.close();
    }
}
