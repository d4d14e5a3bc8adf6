package io.capstan.scsi;

/**
 * Task management functions.
 *
 * @see "SAM-6, 7 Task management functions"
 */
public enum TaskManagementFunction {
    ABORT_TASK,
    ABORT_TASK_SET,
    CLEAR_ACA,
    CLEAR_TASK_SET,
    LOGICAL_UNIT_RESET,
    I_T_NEXUS_RESET,
    TARGET_RESET
}
