package io.capstan.tcmu;

import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.LogicalUnit;
import io.capstan.scsi.Nexus;
import io.capstan.scsi.SenseKey;
import io.capstan.scsi.Task;
import io.capstan.scsi.TaskManagementFunction;

/** Stands in for a logical unit that is no longer configured while the kernel removes it. */
record LeavingUnit(String name) implements LogicalUnit {

    /** PERIPHERAL DEVICE TYPE: unknown or no device type. */
    @Override
    public int peripheralDeviceType() {
        return 0x1F;
    }

    @Override
    public CommandResult execute(Task task) {
        return CommandResult.checkCondition(
                SenseKey.ILLEGAL_REQUEST, AdditionalSense.LOGICAL_UNIT_NOT_SUPPORTED);
    }

    @Override
    public void manage(TaskManagementFunction function, Nexus nexus) {}
}
