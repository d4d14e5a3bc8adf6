package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.buffer.DataIn;
import io.capstan.buffer.DataOut;
import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.Cdb;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.LogicalUnitOwner;
import io.capstan.scsi.Nexus;
import io.capstan.scsi.Status;
import io.capstan.scsi.Task;
import io.capstan.scsi.TaskManagementFunction;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reservations of two and three initiators on one logical unit. */
class PersistentReservationsTest {

    private static final int REGISTER = 0;
    private static final int RESERVE = 1;
    private static final int RELEASE = 2;
    private static final int CLEAR = 3;
    private static final int PREEMPT = 4;
    private static final int PREEMPT_AND_ABORT = 5;
    private static final int REGISTER_AND_IGNORE = 6;
    private static final int MOVE = 7;

    private static final Nexus A = new Nexus("iqn.a,i,0x000000000001", "iqn.t,t,0x0001");
    private static final Nexus B = new Nexus("iqn.b,i,0x000000000002", "iqn.t,t,0x0001");
    private static final Nexus C = new Nexus("iqn.c,i,0x000000000003", "iqn.t,t,0x0001");

    private final MemoryStore store = new MemoryStore();
    private SpcDeviceServer<TinyCommand> unit = unit();

    private SpcDeviceServer<TinyCommand> unit() {
        UnitAttentions unitAttentions = UnitAttentions.afterAdoption();
        return SpcDeviceServer.builder(
                        "tiny",
                        new LogicalUnitOwner(),
                        CommandSet.<TinyCommand>builder()
                                .addAll(TinyDeviceServer.COMMANDS)
                                .addAllSpc(SpcCommands.ALL)
                                .addAllSpc(SpcCommands.RESERVATIONS)
                                .build(),
                        new TinyDeviceServer(),
                        SpcBench.inquiryData())
                .unitAttentions(unitAttentions)
                .persistentReservations(new PersistentReservations(unitAttentions, store))
                .build();
    }

    private static final class MemoryStore implements ReservationStore {
        Optional<byte[]> saved = Optional.empty();
        boolean fails;

        @Override
        public Optional<byte[]> load() {
            return saved;
        }

        @Override
        public void save(byte[] state) {
            if (fails) {
                throw new IllegalStateException("the catalog is full");
            }
            saved = Optional.of(state.clone());
        }

        @Override
        public void clear() {
            saved = Optional.empty();
        }
    }

    private String send(Nexus nexus, String cdb) {
        return outcome(unit.execute(new Task(nexus, Cdb.parse(cdb), DataOut.NONE, DataIn.none())));
    }

    private String out(Nexus nexus, int action, int type, long key, long actionKey, int flags) {
        byte[] list = new byte[24];
        ByteBuffer.wrap(list).putLong(0, key).putLong(8, actionKey).put(20, (byte) flags);
        return out(nexus, action, type, list);
    }

    private String out(Nexus nexus, int action, int type, byte[] list) {
        Cdb cdb = Cdb.parse("5F %02X %02X 00 00 %08X 00".formatted(action, type, list.length));
        return outcome(unit.execute(new Task(nexus, cdb, DataOut.of(list), DataIn.none())));
    }

    private byte[] in(Nexus nexus, int action) {
        byte[] memory = new byte[1024];
        DataIn dataIn = DataIn.of(memory);
        CommandResult result =
                unit.execute(
                        new Task(
                                nexus,
                                Cdb.parse("5E %02X 00 00 00 00 00 04 00 00".formatted(action)),
                                DataOut.NONE,
                                dataIn));
        assertThat(outcome(result)).isEqualTo("GOOD");
        return Arrays.copyOf(memory, (int) dataIn.transferredBytes());
    }

    private static String outcome(CommandResult result) {
        return result.sense()
                .map(sense -> sense.additionalSense().name())
                .orElse(
                        result.status() == Status.RESERVATION_CONFLICT
                                ? "CONFLICT"
                                : result.status().name());
    }

    private void register(Nexus nexus, long key) {
        assertThat(out(nexus, REGISTER, 0, 0, key, 0)).isEqualTo("GOOD");
    }

    private static final String REWIND = "01 00 00 00 00 00";
    private static final String TEST_UNIT_READY = "00 00 00 00 00 00";

    @ParameterizedTest(name = "type {0}")
    @ValueSource(ints = {1, 3, 5, 6, 7, 8})
    void aReservationKeepsStrangersOut(int type) {
        register(A, 0xA);
        register(B, 0xB);
        assertThat(out(A, RESERVE, type, 0xA, 0, 0)).isEqualTo("GOOD");

        assertThat(send(A, REWIND)).isEqualTo("GOOD");
        assertThat(send(B, REWIND)).isEqualTo(type < 5 ? "CONFLICT" : "GOOD");
        assertThat(send(C, REWIND)).isEqualTo("CONFLICT");
        assertThat(send(C, TEST_UNIT_READY)).isEqualTo("GOOD");
        assertThat(HexFormat.of().formatHex(in(C, 1)))
                .isEqualTo(
                        "00000002"
                                + "00000010"
                                + (type < 7 ? "000000000000000a" : "0000000000000000")
                                + "00000000"
                                + "00"
                                + "%02x".formatted(type)
                                + "0000");
    }

    @Test
    void keysAreCheckedBeforeAnythingIsDone() {
        register(A, 0xA);
        assertThat(out(A, REGISTER, 0, 0xBAD, 1, 0)).isEqualTo("CONFLICT");
        assertThat(out(B, REGISTER, 0, 0xB, 1, 0)).isEqualTo("CONFLICT");
        assertThat(out(A, RESERVE, 1, 0xBAD, 0, 0)).isEqualTo("CONFLICT");
        assertThat(out(B, RESERVE, 1, 0, 0, 0)).isEqualTo("CONFLICT");
        assertThat(out(A, REGISTER_AND_IGNORE, 0, 0xBAD, 0xAA, 0)).isEqualTo("GOOD");
        assertThat(HexFormat.of().formatHex(in(B, 0)))
                .isEqualTo("00000002" + "00000008" + "00000000000000aa");
    }

    @Test
    void aReleaseTellsTheOtherRegistrants() {
        register(A, 0xA);
        register(B, 0xB);
        out(A, RESERVE, 6, 0xA, 0, 0);
        assertThat(out(A, RELEASE, 5, 0xA, 0, 0))
                .isEqualTo("INVALID_RELEASE_OF_PERSISTENT_RESERVATION");
        assertThat(out(B, RELEASE, 6, 0xB, 0, 0)).isEqualTo("GOOD");
        assertThat(send(C, REWIND)).isEqualTo("CONFLICT");
        assertThat(out(A, RELEASE, 6, 0xA, 0, 0)).isEqualTo("GOOD");

        assertThat(send(B, TEST_UNIT_READY))
                .isEqualTo(AdditionalSense.RESERVATIONS_RELEASED.name());
        assertThat(send(B, TEST_UNIT_READY)).isEqualTo("GOOD");
        assertThat(send(A, TEST_UNIT_READY)).isEqualTo("GOOD");
        assertThat(send(C, REWIND)).isEqualTo("GOOD");
    }

    @Test
    void whoIsPreemptedLosesReservationAndRegistrationAndIsToldOnce() {
        register(A, 0xA);
        register(B, 0xB);
        out(A, RESERVE, 3, 0xA, 0, 0);
        assertThat(send(B, REWIND)).isEqualTo("CONFLICT");
        assertThat(out(B, PREEMPT, 3, 0xB, 0xC, 0)).isEqualTo("CONFLICT");
        assertThat(out(B, PREEMPT, 3, 0xB, 0xA, 0)).isEqualTo("GOOD");

        assertThat(send(B, REWIND)).isEqualTo("GOOD");
        assertThat(send(A, TEST_UNIT_READY))
                .isEqualTo(AdditionalSense.REGISTRATIONS_PREEMPTED.name());
        assertThat(send(A, TEST_UNIT_READY)).isEqualTo("GOOD");
        assertThat(send(A, REWIND)).isEqualTo("CONFLICT");
        assertThat(out(A, RELEASE, 3, 0xA, 0, 0)).isEqualTo("CONFLICT");
    }

    @Test
    void clearEndsEverything() {
        register(A, 0xA);
        register(B, 0xB);
        out(A, RESERVE, 1, 0xA, 0, 0);
        assertThat(out(B, CLEAR, 0, 0xB, 0, 0)).isEqualTo("GOOD");

        assertThat(send(A, TEST_UNIT_READY))
                .isEqualTo(AdditionalSense.RESERVATIONS_PREEMPTED.name());
        assertThat(send(C, REWIND)).isEqualTo("GOOD");
        assertThat(in(C, 0)).endsWith(0, 0, 0, 3, 0, 0, 0, 0);
    }

    @Test
    void aReservationMovesToAnotherInitiatorPort() {
        register(A, 0xA);
        out(A, RESERVE, 1, 0xA, 0, 0);
        byte[] transportId = PersistentReservations.transportId(B);
        byte[] list = new byte[24 + transportId.length];
        ByteBuffer.wrap(list)
                .putLong(0xA)
                .putLong(0xB)
                .put((byte) 0)
                .put((byte) 2)
                .putShort((short) 1)
                .putInt(transportId.length)
                .put(transportId);
        assertThat(out(A, MOVE, 1, list)).isEqualTo("GOOD");

        assertThat(send(B, REWIND)).isEqualTo("GOOD");
        assertThat(send(A, REWIND)).isEqualTo("CONFLICT");
        String status = new String(in(C, 3), StandardCharsets.ISO_8859_1);
        assertThat(status).contains(B.initiatorPort()).doesNotContain(A.initiatorPort());
    }

    @Test
    void registrationsOutliveResetsAndTheLossOfTheNexus() {
        register(A, 0xA);
        out(A, RESERVE, 3, 0xA, 0, 0);
        unit.manage(TaskManagementFunction.I_T_NEXUS_RESET, A);
        unit.manage(TaskManagementFunction.LOGICAL_UNIT_RESET, B);

        assertThat(send(C, TEST_UNIT_READY))
                .isEqualTo(AdditionalSense.BUS_DEVICE_RESET_FUNCTION_OCCURRED.name());
        assertThat(send(C, REWIND)).isEqualTo("CONFLICT");
    }

    @Test
    void aLossOfPowerIsOutlivedWhenTheInitiatorAskedForIt() {
        assertThat(out(A, REGISTER, 0, 0, 0xA, 1)).isEqualTo("GOOD");
        out(A, RESERVE, 3, 0xA, 0, 0);
        unit = unit();
        assertThat(send(A, REWIND)).isEqualTo("GOOD");
        assertThat(send(B, REWIND)).isEqualTo("CONFLICT");

        assertThat(out(A, REGISTER, 0, 0xA, 0xA, 0)).isEqualTo("GOOD");
        unit = unit();
        assertThat(send(B, REWIND)).isEqualTo("GOOD");
    }

    @Test
    void whatCannotBeSavedHasNotHappened() {
        assertThat(out(A, REGISTER, 0, 0, 0xA, 1)).isEqualTo("GOOD");
        store.fails = true;
        assertThat(out(A, RESERVE, 3, 0xA, 0, 0)).isEqualTo("INTERNAL_TARGET_FAILURE");
        assertThat(send(B, REWIND)).isEqualTo("GOOD");
        assertThat(in(B, 1)).hasSize(8);
    }

    @Test
    void aReserveOfOldEndsWithItsNexus() {
        assertThat(send(A, "16 00 00 00 00 00")).isEqualTo("GOOD");
        assertThat(send(B, REWIND)).isEqualTo("CONFLICT");
        assertThat(send(B, "16 00 00 00 00 00")).isEqualTo("CONFLICT");
        assertThat(send(B, "17 00 00 00 00 00")).isEqualTo("GOOD");
        assertThat(send(B, REWIND)).isEqualTo("CONFLICT");
        unit.manage(TaskManagementFunction.I_T_NEXUS_RESET, A);
        assertThat(send(B, REWIND)).isEqualTo("GOOD");
        register(B, 0xB);
        assertThat(send(C, "16 00 00 00 00 00")).isEqualTo("CONFLICT");
    }

    @Test
    void preemptAndAbortAbortsWhatWaits() {
        List<Nexus> aborted = new ArrayList<>();
        out(A, REGISTER, 0, 0, 1, 0);
        out(B, REGISTER, 0, 0, 2, 0);
        out(C, REGISTER, 0, 0, 3, 0);

        assertThat(preempt(PREEMPT, 2, aborted)).isEqualTo("GOOD");
        assertThat(aborted).isEmpty();
        assertThat(preempt(PREEMPT_AND_ABORT, 3, aborted)).isEqualTo("GOOD");
        assertThat(aborted).containsExactly(C);
        assertThat(preempt(PREEMPT_AND_ABORT, 2, aborted)).isEqualTo("CONFLICT");
        assertThat(aborted).containsExactly(C);
    }

    private String preempt(int action, long actionKey, List<Nexus> aborted) {
        byte[] list = new byte[24];
        ByteBuffer.wrap(list).putLong(0, 1).putLong(8, actionKey);
        Cdb cdb = Cdb.parse("5F %02X 01 00 00 00 00 00 18 00".formatted(action));
        return outcome(
                unit.execute(new Task(A, cdb, DataOut.of(list), DataIn.none(), aborted::add)));
    }

    @Test
    void commandsThatWereClearedAreAUnitAttentionOfTheirNexus() {
        unit.commandsCleared(B);

        assertThat(send(A, "00 00 00 00 00 00")).isEqualTo("GOOD");
        assertThat(send(B, "00 00 00 00 00 00")).isEqualTo("COMMANDS_CLEARED_BY_ANOTHER_INITIATOR");
        assertThat(send(B, "00 00 00 00 00 00")).isEqualTo("GOOD");
    }

    @Test
    void testUnitReadyIsRefusedUnderReserveAndNotUnderAPersistentReservation() {
        send(A, "16 00 00 00 00 00");
        assertThat(send(B, "00 00 00 00 00 00")).isEqualTo("CONFLICT");
        assertThat(send(A, "00 00 00 00 00 00")).isEqualTo("GOOD");
        send(A, "17 00 00 00 00 00");

        out(A, REGISTER, 0, 0, 1, 0);
        out(A, RESERVE, 3, 1, 0, 0);
        assertThat(send(B, "00 00 00 00 00 00")).isEqualTo("GOOD");
    }
}
