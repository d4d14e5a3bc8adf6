package io.capstan.tcmu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.metrics.MetricsRegistry;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.LogicalUnit;
import io.capstan.scsi.LogicalUnitOwner;
import io.capstan.scsi.Nexus;
import io.capstan.scsi.Task;
import io.capstan.scsi.TaskManagementFunction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class KernelTargetTest {

    private static final String NODE = "0f0e0d0c0b0a09080706050403020100";
    private static final String CHANGER = LoopbackTarget.nameOf(NODE, "lib0/changer");
    private static final String DRIVE0 = LoopbackTarget.nameOf(NODE, "lib0/drive0");
    private static final String DRIVE1 = LoopbackTarget.nameOf(NODE, "lib0/drive1");

    private static final Path LOOPBACK = Path.of("/sys/kernel/config/target/loopback");

    private final FakeConfigfs kernel = new FakeConfigfs();
    private final List<FakeRing> rings = new ArrayList<>();
    private KernelTarget target = newTarget();

    @BeforeEach
    void linkOnlyWhatIsServed() {
        kernel.answersInquiry(backstore ->
                target.exportedUnits().stream()
                        .anyMatch(unit ->
                                unit.serving()
                                        && unit.unitName()
                                                .replace('/', '-')
                                                .equals(backstore.getFileName().toString())));
    }

    @AfterEach
    void close() throws Exception {
        target.close();
        rings.forEach(FakeRing::close);
    }

    @Test
    void makesDevicesInTheOrderTheKernelNeeds() throws Exception {
        target.export("lib0", List.of(unit(0, "lib0/changer")));

        assertThat(kernel.operations())
                .containsExactly(
                        "mkdir",
                        "mkdir " + CHANGER,
                        "mkdir " + CHANGER + "/tpgt_0",
                        "write " + CHANGER + "/tpgt_0/nexus naa.3f" + CHANGER.substring(6),
                        "mkdir user_0",
                        "mkdir user_0/lib0-changer",
                        "write user_0/lib0-changer/control dev_config=capstan/lib0/changer,dev_size=1048576,"
                                + "hw_block_size=512,hw_max_sectors=65535,max_data_area_mb=4,nl_reply_supported=-1",
                        "write user_0/lib0-changer/attrib/cmd_time_out 0",
                        "write user_0/lib0-changer/attrib/tmr_notification 1",
                        "write user_0/lib0-changer/wwn/vpd_unit_serial SERIAL0",
                        "write user_0/lib0-changer/enable 1",
                        "write user_0/lib0-changer/action/block_dev 0",
                        "mkdir " + CHANGER + "/tpgt_0/lun/lun_0",
                        "link " + CHANGER + "/tpgt_0/lun/lun_0/unit lib0-changer");
        assertThat(target.exportedUnits())
                .extracting(ExportedUnit::scsiAddress)
                .containsExactly("2:0:1:0");
    }

    @Test
    void takesEverythingDownAgain() throws Exception {
        target.export("lib0", List.of(unit(0, "lib0/changer"), unit(1, "lib0/drive0")));
        kernel.operations().clear();

        target.close();

        assertThat(kernel.operations())
                .containsExactly(
                        "unlink " + DRIVE0 + "/tpgt_0/lun/lun_0/unit",
                        "rmdir " + DRIVE0 + "/tpgt_0/lun/lun_0",
                        "write " + DRIVE0 + "/tpgt_0/nexus NULL",
                        "rmdir " + DRIVE0 + "/tpgt_0",
                        "rmdir " + DRIVE0,
                        "rmdir user_0/lib0-drive0",
                        "unlink " + CHANGER + "/tpgt_0/lun/lun_0/unit",
                        "rmdir " + CHANGER + "/tpgt_0/lun/lun_0",
                        "write " + CHANGER + "/tpgt_0/nexus NULL",
                        "rmdir " + CHANGER + "/tpgt_0",
                        "rmdir " + CHANGER,
                        "rmdir user_0/lib0-changer",
                        "rmdir user_0");
    }

    @Test
    void addsAndRemovesAUnitOfALibraryThatIsServed() throws Exception {
        target.export("lib0", List.of(unit(0, "lib0/changer"), unit(1, "lib0/drive0")));
        kernel.operations().clear();

        target.add("lib0", unit(2, "lib0/drive1"));

        assertThat(kernel.operations())
                .containsSubsequence(
                        "mkdir " + DRIVE1,
                        "write user_0/lib0-drive1/enable 1",
                        "write user_0/lib0-drive1/action/block_dev 0",
                        "link " + DRIVE1 + "/tpgt_0/lun/lun_0/unit lib0-drive1");
        assertThat(target.exportedUnits())
                .extracting(ExportedUnit::unitName)
                .containsExactly("lib0/changer", "lib0/drive0", "lib0/drive1");
        assertThat(kernel.operations()).as("other devices").noneMatch(this::isOfOthers);
        kernel.operations().clear();

        target.remove("lib0", "lib0/drive1");

        assertThat(kernel.operations())
                .containsExactly(
                        "unlink " + DRIVE1 + "/tpgt_0/lun/lun_0/unit",
                        "rmdir " + DRIVE1 + "/tpgt_0/lun/lun_0",
                        "write " + DRIVE1 + "/tpgt_0/nexus NULL",
                        "rmdir " + DRIVE1 + "/tpgt_0",
                        "rmdir " + DRIVE1,
                        "rmdir user_0/lib0-drive1");
        assertThat(target.exportedUnits())
                .extracting(ExportedUnit::unitName)
                .containsExactly("lib0/changer", "lib0/drive0");
    }

    private boolean isOfOthers(String operation) {
        return operation.contains(CHANGER) || operation.contains(DRIVE0);
    }

    @Test
    void takesOverWhatAProcessThatDiedLeft() throws Exception {
        target.export("lib0", List.of(unit(0, "lib0/changer"), unit(1, "lib0/drive0")));
        kernel.operations().clear();

        target = newTarget();
        target.export("lib0", List.of(unit(0, "lib0/changer"), unit(1, "lib0/drive0")));

        assertThat(kernel.operations())
                .containsExactly(
                        "write user_0/lib0-changer/action/block_dev 0",
                        "write user_0/lib0-drive0/action/block_dev 0");
    }

    @Test
    void makesAnewWhatWasNeverEnabled() throws Exception {
        Path half = Path.of("/sys/kernel/config/target/core/user_0/lib0-changer");
        kernel.makeDirectory(half.getParent());
        kernel.makeDirectory(half);
        kernel.operations().clear();

        target.export("lib0", List.of(unit(0, "lib0/changer")));

        assertThat(kernel.operations()).contains("write user_0/lib0-changer/enable 1");
    }

    @Test
    void removesTheLunOfADriveThatIsConfiguredNoMore() throws Exception {
        target.export("lib0", List.of(unit(0, "lib0/changer"), unit(1, "lib0/drive0")));
        kernel.answersInquiry(backstore -> true);
        kernel.operations().clear();

        target = newTarget();
        target.export("lib0", List.of(unit(0, "lib0/changer")));

        assertThat(kernel.operations())
                .contains(
                        "unlink " + DRIVE0 + "/tpgt_0/lun/lun_0/unit",
                        "rmdir " + DRIVE0,
                        "rmdir user_0/lib0-drive0");
    }

    @Test
    void movesUnitsOutOfTheTargetTheyOnceShared() throws Exception {
        target.export("lib0", List.of(unit(0, "lib0/changer"), unit(1, "lib0/drive0")));
        kernel.answersInquiry(backstore -> true);
        Path common = LOOPBACK.resolve(LoopbackTarget.nameOf(NODE, "lib0"));
        moveLun(LOOPBACK.resolve(CHANGER), common, "lun_0");
        moveLun(LOOPBACK.resolve(DRIVE0), common, "lun_1");
        kernel.operations().clear();

        target = newTarget();
        target.export("lib0", List.of(unit(0, "lib0/changer"), unit(1, "lib0/drive0")));

        assertThat(kernel.exists(common)).isFalse();
        assertThat(kernel.operations())
                .contains(
                        "link " + CHANGER + "/tpgt_0/lun/lun_0/unit lib0-changer",
                        "link " + DRIVE0 + "/tpgt_0/lun/lun_0/unit lib0-drive0");
    }

    private void moveLun(Path from, Path to, String lun) throws Exception {
        Path link = from.resolve("tpgt_0/lun/lun_0/unit");
        Path backstore = kernel.target(link);
        new LoopbackTarget(kernel, String.valueOf(from.getFileName())).remove();
        for (Path directory : List.of(to, to.resolve("tpgt_0"))) {
            if (!kernel.exists(directory)) {
                kernel.makeDirectory(directory);
            }
        }
        kernel.makeDirectory(to.resolve("tpgt_0/lun").resolve(lun));
        kernel.link(to.resolve("tpgt_0/lun").resolve(lun).resolve("unit"), backstore);
    }

    @Test
    void refusesATargetThatHasAnotherBackstore() throws Exception {
        target.export("lib0", List.of(unit(0, "lib0/changer")));
        LoopbackTarget changer = new LoopbackTarget(kernel, CHANGER);

        assertThatThrownBy(
                        () -> changer.ensureLun(Path.of("/sys/kernel/config/target/core/user_1/x")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("lib0-changer");
    }

    @Test
    void holdsCommandsBackOverAPlannedRestart() throws Exception {
        target.export("lib0", List.of(unit(0, "lib0/changer")));
        kernel.operations().clear();

        target.release();
        target = newTarget();
        target.export("lib0", List.of(unit(0, "lib0/changer")));

        assertThat(kernel.operations())
                .containsExactly(
                        "write user_0/lib0-changer/action/block_dev 1",
                        "write user_0/lib0-changer/action/block_dev 0");
    }

    @Test
    void keepsAwayFromOtherUsersOfTcmu() throws Exception {
        Path foreign = Path.of("/sys/kernel/config/target/core/user_0/disk");
        kernel.makeDirectory(foreign.getParent());
        kernel.makeDirectory(foreign);
        kernel.write(foreign.resolve("control"), "dev_config=file/disk,dev_size=1");

        target.export("lib0", List.of(unit(0, "lib0/changer")));

        assertThat(kernel.operations()).contains("mkdir user_1", "mkdir user_1/lib0-changer");
    }

    @Test
    void givesEachUnitATargetOfItsOwn() throws Exception {
        target.export("lib0", List.of(unit(0, "lib0/changer")));
        target.export("lib1", List.of(unit(0, "lib1/changer")));

        String other = LoopbackTarget.nameOf(NODE, "lib1/changer");
        assertThat(other).isNotEqualTo(CHANGER).hasSize(CHANGER.length());
        assertThat(kernel.operations()).contains("mkdir user_1", "mkdir " + other);
    }

    private KernelTarget newTarget() {
        return new KernelTarget(kernel, this::openFakeRing, NODE, 0, new MetricsRegistry());
    }

    private Ring openFakeRing(Path uioDevice, long mapLengthBytes) throws RingException {
        FakeRing ring = new FakeRing();
        rings.add(ring);
        return Ring.attach(ring.map(), ring.userFd());
    }

    private static UnitExport unit(int number, String name) {
        return new UnitExport(new IdleUnit(name), new LogicalUnitOwner(), "SERIAL" + number, 4);
    }

    private record IdleUnit(String name) implements LogicalUnit {

        @Override
        public int peripheralDeviceType() {
            return 1;
        }

        @Override
        public CommandResult execute(Task task) {
            return CommandResult.GOOD;
        }

        @Override
        public void manage(TaskManagementFunction function, Nexus nexus) {}
    }
}
