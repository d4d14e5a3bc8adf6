package io.capstan.scsi.spc;

import io.capstan.scsi.TaskManagementFunction;
import java.util.Set;

/**
 * The response to REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS.
 *
 * @see "SPC-4, REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS command"
 */
final class SupportedTaskManagementFunctions {

    private static final int LENGTH_BYTES = 4;
    private static final int EXTENDED_LENGTH_BYTES = 16;

    private SupportedTaskManagementFunctions() {}

    static byte[] report(Set<TaskManagementFunction> functions, boolean extended) {
        int first = 0;
        int second = 0;
        for (TaskManagementFunction function : functions) {
            first |= firstByte(function);
            second |= function == TaskManagementFunction.I_T_NEXUS_RESET ? 0x01 : 0;
        }
        ResponseBuilder response = new ResponseBuilder().u8(first).u8(second).u8(0);
        response.u8(extended ? EXTENDED_LENGTH_BYTES - LENGTH_BYTES : 0);
        return response.zeros(extended ? EXTENDED_LENGTH_BYTES - LENGTH_BYTES : 0).toByteArray();
    }

    private static int firstByte(TaskManagementFunction function) {
        return switch (function) {
            case ABORT_TASK -> 0x80;
            case ABORT_TASK_SET -> 0x40;
            case CLEAR_ACA -> 0x20;
            case CLEAR_TASK_SET -> 0x10;
            case LOGICAL_UNIT_RESET -> 0x08;
            case TARGET_RESET -> 0x02;
            case I_T_NEXUS_RESET -> 0;
        };
    }
}
