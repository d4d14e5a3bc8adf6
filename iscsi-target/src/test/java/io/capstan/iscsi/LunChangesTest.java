package io.capstan.iscsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.buffer.DataIn;
import io.capstan.scsi.Cdb;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.LogicalUnit;
import io.capstan.scsi.LogicalUnitOwner;
import io.capstan.scsi.Nexus;
import io.capstan.scsi.Task;
import io.capstan.scsi.TaskManagementFunction;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Logical units that come and go while a target is served. */
final class LunChangesTest {

    private static final AccessRules ANYBODY =
            new AccessRules(Set.of(), List.of(), Optional.empty());

    private final ServedTarget target =
            new ServedTarget(
                    new IscsiTarget(
                            "iqn.2026-01.test:lib0",
                            "lib0",
                            List.of(lun(0), lun(1)),
                            ANYBODY,
                            Optional.empty()));

    @Test
    void reportLunsTellsWhatIsThereNow() {
        target.add(lun(2));
        assertThat(reportLuns())
                .isEqualTo("000000180000000000000000000000000001000000000000" + "0002000000000000");
        assertThat(target.unit(LunAddress.encode(2))).isNotNull();

        target.remove(1);
        assertThat(reportLuns()).isEqualTo("00000010000000000000000000000000" + "0002000000000000");
        assertThat(target.unit(LunAddress.encode(1))).isNull();
    }

    @Test
    void oneNumberIsThereOnce() {
        assertThatThrownBy(() -> target.add(lun(1))).hasMessageContaining("two LUNs 1");
        assertThatThrownBy(() -> target.add(lun(-1))).hasMessageContaining("there is no LUN -1");
    }

    private String reportLuns() {
        byte[] list = new byte[64];
        DataIn dataIn = DataIn.of(list);
        CommandResult result =
                target.execute(0, Cdb.parse("A0 00 00 00 00 00 00 00 00 40 00 00"), dataIn);
        assertThat(result).isEqualTo(CommandResult.GOOD);
        return HexFormat.of().formatHex(list, 0, (int) dataIn.transferredBytes());
    }

    private static TargetLun lun(int number) {
        return new TargetLun(number, new Silent("unit" + number), new LogicalUnitOwner());
    }

    private record Silent(String name) implements LogicalUnit {

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
