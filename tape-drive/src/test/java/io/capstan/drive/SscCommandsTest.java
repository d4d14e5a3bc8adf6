package io.capstan.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.drive.SscCommand.AttributeAction;
import io.capstan.drive.SscCommand.Destination;
import io.capstan.drive.SscCommand.FormatKind;
import io.capstan.drive.SscCommand.PositionForm;
import io.capstan.drive.SscCommand.SpaceUnit;
import io.capstan.scsi.Cdb;
import io.capstan.scsi.spc.CommandSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every field of every CDB, decoded. */
class SscCommandsTest {

    private static final CommandSet<SscCommand> COMMANDS =
            SscCommands.commandSet(Personality.byName("ULT3580-TD8").orElseThrow());

    static Stream<Arguments> commands() {
        return Stream.of(
                Arguments.of("01 01 00 00 00 00", new SscCommand.Rewind(true)),
                Arguments.of(
                        "04 01 02 00 00 00",
                        new SscCommand.FormatMedium(true, FormatKind.DEFAULT_THEN_PARTITION)),
                Arguments.of("05 01 00 00 00 00", new SscCommand.ReadBlockLimits(true)),
                Arguments.of("08 01 01 02 03 00", new SscCommand.Read(true, false, 0x01_02_03)),
                Arguments.of("08 02 01 02 03 00", new SscCommand.Read(false, true, 0x01_02_03)),
                Arguments.of("0A 01 FF FF FF 00", new SscCommand.Write(true, 0xFF_FF_FF)),
                Arguments.of("0B 01 00 12 34 00", new SscCommand.SetCapacity(true, 0x1234)),
                Arguments.of("10 01 01 02 03 00", new SscCommand.WriteFilemarks(true, 0x01_02_03)),
                Arguments.of("11 00 FF FF FE 00", new SscCommand.Space(SpaceUnit.BLOCKS, -2)),
                Arguments.of(
                        "11 01 7F FF FF 00", new SscCommand.Space(SpaceUnit.FILEMARKS, 0x7F_FF_FF)),
                Arguments.of("11 03 00 00 00 00", new SscCommand.Space(SpaceUnit.END_OF_DATA, 0)),
                Arguments.of(
                        "13 05 00 00 07 00",
                        new SscCommand.Verify(false, false, false, true, true, 7)),
                Arguments.of(
                        "13 20 00 00 07 00",
                        new SscCommand.Verify(true, false, false, false, false, 7)),
                Arguments.of(
                        "13 08 00 00 07 00",
                        new SscCommand.Verify(false, false, true, false, false, 7)),
                Arguments.of("19 01 00 00 00 00", new SscCommand.Erase(true, false)),
                Arguments.of("19 02 00 00 00 00", new SscCommand.Erase(false, true)),
                Arguments.of(
                        "1B 01 00 00 03 00", new SscCommand.LoadUnload(true, true, true, false)),
                Arguments.of(
                        "1B 00 00 00 08 00", new SscCommand.LoadUnload(false, false, false, true)),
                Arguments.of(
                        "2B 03 00 01 02 03 04 00 05 00",
                        new SscCommand.Locate(Destination.OBJECT, true, true, 5, 8, 0x01_02_03_04)),
                Arguments.of(
                        "92 0A 00 03 01 02 03 04 05 06 07 08 00 00 00 00",
                        new SscCommand.Locate(
                                Destination.FILE, true, false, 3, 3, 0x01_02_03_04_05_06_07_08L)),
                Arguments.of(
                        "92 19 00 00 00 00 00 00 00 00 00 00 00 00 00 00",
                        new SscCommand.Locate(Destination.END_OF_DATA, false, true, 0, 3, 0)),
                Arguments.of(
                        "34 00 00 00 00 00 00 00 00 00",
                        new SscCommand.ReadPosition(PositionForm.SHORT, 0)),
                Arguments.of(
                        "34 06 00 00 00 00 00 00 00 00",
                        new SscCommand.ReadPosition(PositionForm.LONG, 0)),
                Arguments.of(
                        "34 08 00 00 00 00 00 01 02 00",
                        new SscCommand.ReadPosition(PositionForm.EXTENDED, 0x0102)),
                Arguments.of(
                        "44 01 00 00 00 00 00 01 02 00",
                        new SscCommand.ReportDensitySupport(false, true, 0x0102)),
                Arguments.of(
                        "44 02 00 00 00 00 00 01 02 00",
                        new SscCommand.ReportDensitySupport(true, false, 0x0102)),
                Arguments.of(
                        "8C 01 00 00 00 02 00 03 04 05 06 07 08 09 01 00",
                        new SscCommand.ReadAttribute(
                                AttributeAction.LIST, 2, 3, 0x0405, 0x06_07_08_09)),
                Arguments.of(
                        "8D 01 00 00 00 02 00 03 00 00 06 07 08 09 00 00",
                        new SscCommand.WriteAttribute(true, 2, 3, 0x06_07_08_09)),
                Arguments.of(
                        "91 01 00 00 FF FF FF FF FF FF FF FE 00 00 00 00",
                        new SscCommand.Space(SpaceUnit.FILEMARKS, -2)),
                Arguments.of(
                        "91 00 00 00 80 00 00 00 00 00 00 00 00 00 00 00",
                        new SscCommand.Space(SpaceUnit.BLOCKS, -Long.MAX_VALUE)),
                Arguments.of(
                        "AB 01 00 00 00 00 01 02 03 04 00 00",
                        new SscCommand.ReadMediaSerialNumber(0x01_02_03_04)));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void decodes(String cdb, SscCommand expected) {
        assertThat(COMMANDS.decode(Cdb.parse(cdb))).isEqualTo(expected);
    }
}
