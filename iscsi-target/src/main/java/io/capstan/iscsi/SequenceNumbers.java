package io.capstan.iscsi;

import io.netty.buffer.ByteBuf;

/**
 * StatSN, ExpCmdSN and MaxCmdSN of a session with one connection. Event loop only.
 *
 * <p>The command window is as wide as there is room for commands: MaxCmdSN rises when a command ends, not when it arrives,
 * and so never falls.
 *
 * @see "RFC 7143, 4.2.2 Ordering and iSCSI Numbering"
 */
final class SequenceNumbers {

    /** What to do with a request. */
    enum Verdict {
        /** It is the next one, or an immediate one. */
        SERVE,
        /** It is outside the window: to be ignored. */
        IGNORE,
        /** It is inside the window and not the next one, which on one connection cannot be. */
        GAP
    }

    private final int commandsMax;
    private int statSn;
    private int expCmdSn;
    private int pendingCommands;

    /**
     * @param expCmdSn CmdSN of the first login request
     */
    SequenceNumbers(int commandsMax, int expCmdSn) {
        this.commandsMax = commandsMax;
        this.expCmdSn = expCmdSn;
    }

    /** Judges a request by its CmdSN and takes it as received if it is to be served. */
    Verdict receive(int cmdSn, boolean immediate) {
        if (immediate) {
            return Verdict.SERVE;
        }
        int ahead = cmdSn - expCmdSn;
        if (ahead < 0 || cmdSn - maxCmdSn() > 0) {
            return Verdict.IGNORE;
        }
        if (ahead > 0) {
            return Verdict.GAP;
        }
        expCmdSn++;
        return Verdict.SERVE;
    }

    /** A command that counts against the window was taken up. */
    void commandBegins() {
        pendingCommands++;
    }

    void commandEnds() {
        pendingCommands--;
    }

    int expCmdSn() {
        return expCmdSn;
    }

    int maxCmdSn() {
        return expCmdSn + commandsMax - pendingCommands - 1;
    }

    /** StatSN of the next response. */
    int statSn() {
        return statSn;
    }

    /** Fills in all three and takes a StatSN. */
    void stampStatus(ByteBuf header) {
        header.setInt(BasicHeader.STAT_SN, statSn++);
        stampWindow(header);
    }

    /** Fills in all three without taking a StatSN. */
    void stampNext(ByteBuf header) {
        header.setInt(BasicHeader.STAT_SN, statSn);
        stampWindow(header);
    }

    /** Fills in ExpCmdSN and MaxCmdSN. */
    void stampWindow(ByteBuf header) {
        header.setInt(BasicHeader.EXP_CMD_SN, expCmdSn);
        header.setInt(BasicHeader.MAX_CMD_SN, maxCmdSn());
    }
}
