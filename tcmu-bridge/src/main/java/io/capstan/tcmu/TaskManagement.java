package io.capstan.tcmu;

import io.capstan.scsi.TaskManagementFunction;
import java.util.Optional;

/**
 * The codes of task management notifications on a ring.
 *
 * @see "include/uapi/linux/target_core_user.h, enum tcmu_tmr_type"
 */
final class TaskManagement {

    private TaskManagement() {}

    /** The function, or empty for a code that says nothing to a logical unit. */
    static Optional<TaskManagementFunction> function(int code) {
        return switch (code) {
            case 1 -> Optional.of(TaskManagementFunction.ABORT_TASK);
            case 2 -> Optional.of(TaskManagementFunction.ABORT_TASK_SET);
            case 3 -> Optional.of(TaskManagementFunction.CLEAR_ACA);
            case 4 -> Optional.of(TaskManagementFunction.CLEAR_TASK_SET);
            // 128: LUN reset that keeps reservations, which are the kernel's here anyway.
            case 5, 128 -> Optional.of(TaskManagementFunction.LOGICAL_UNIT_RESET);
            case 6, 7 -> Optional.of(TaskManagementFunction.TARGET_RESET);
            default -> Optional.empty();
        };
    }
}
