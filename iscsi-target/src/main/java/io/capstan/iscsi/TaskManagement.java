package io.capstan.iscsi;

import io.capstan.scsi.TaskManagementFunction;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Task management functions of one session. Event loop only.
 *
 * <p>A command that its logical unit has begun is not stopped half-way, for nobody could say what is on the tape then: it
 * comes to its end, its response is sent, and the function's response follows. Commands that wait are aborted. A reset
 * then reaches the logical unit behind everything that executed before it.
 *
 * @see "RFC 7143, 11.5 and 11.6; SAM-5, 7"
 */
final class TaskManagement {

    private static final int ABORT_TASK = 1;
    private static final int ABORT_TASK_SET = 2;
    private static final int CLEAR_TASK_SET = 4;
    private static final int LOGICAL_UNIT_RESET = 5;
    private static final int TARGET_WARM_RESET = 6;
    private static final int TARGET_COLD_RESET = 7;
    private static final int TASK_REASSIGN = 8;

    private static final int COMPLETE = 0;
    private static final int TASK_DOES_NOT_EXIST = 1;
    private static final int LUN_DOES_NOT_EXIST = 2;
    private static final int REASSIGNMENT_NOT_SUPPORTED = 4;
    private static final int NOT_SUPPORTED = 5;
    private static final int REJECTED = 255;

    private final TaskAborter aborter;
    private final ServedTarget target;
    private final Session session;

    TaskManagement(TaskAborter aborter, ServedTarget target, Session session) {
        this.aborter = aborter;
        this.target = target;
        this.session = session;
    }

    /**
     * Performs a function.
     *
     * @param response told the response code, on any thread, once the function is complete
     */
    void perform(RequestPdu pdu, IntConsumer response) {
        TargetUnit unit = target.unit(pdu.lun());
        int function = pdu.flags() & 0x7F;
        switch (function) {
            case ABORT_TASK -> abortTask(unit, pdu, response);
            case ABORT_TASK_SET ->
                    onUnit(unit, List.of(session), TaskManagementFunction.ABORT_TASK_SET, response);
            case CLEAR_TASK_SET ->
                    onUnit(
                            unit,
                            aborter.sessions(),
                            TaskManagementFunction.CLEAR_TASK_SET,
                            response);
            case LOGICAL_UNIT_RESET ->
                    onUnit(
                            unit,
                            aborter.sessions(),
                            TaskManagementFunction.LOGICAL_UNIT_RESET,
                            response);
            case TARGET_WARM_RESET -> tell(resetTarget(), response);
            case TARGET_COLD_RESET ->
                    tell(resetTarget().whenComplete((done, fault) -> closeSessions()), response);
            case TASK_REASSIGN -> response.accept(REASSIGNMENT_NOT_SUPPORTED);
            default -> response.accept(NOT_SUPPORTED);
        }
    }

    private void abortTask(@Nullable TargetUnit unit, RequestPdu pdu, IntConsumer response) {
        ScsiTasks tasks = session.connection().tasks();
        if (tasks == null) {
            response.accept(REJECTED);
            return;
        }
        switch (tasks.abort(pdu.i32(BasicHeader.REFERENCED_TASK_TAG))) {
            case ABORTED -> response.accept(COMPLETE);
            case UNKNOWN -> response.accept(TASK_DOES_NOT_EXIST);
            case LEAVING -> behindExecuting(unit, COMPLETE, response);
            case EXECUTING -> behindExecuting(unit, TASK_DOES_NOT_EXIST, response);
        }
    }

    /** Once the logical unit is done with the command, it is a task no more. */
    private static void behindExecuting(@Nullable TargetUnit unit, int code, IntConsumer response) {
        if (unit == null) {
            response.accept(LUN_DOES_NOT_EXIST);
            return;
        }
        try {
            var _ = unit.submit(() -> true).whenComplete((done, fault) -> response.accept(code));
        } catch (RejectedExecutionException e) {
            response.accept(code);
        }
    }

    private void onUnit(
            @Nullable TargetUnit unit,
            List<Session> affected,
            TaskManagementFunction function,
            IntConsumer response) {
        if (unit == null) {
            response.accept(LUN_DOES_NOT_EXIST);
        } else {
            tell(clear(unit, affected, function), response);
        }
    }

    private static void tell(CompletableFuture<?> function, IntConsumer response) {
        var _ =
                function.whenComplete(
                        (done, fault) -> response.accept(fault == null ? COMPLETE : REJECTED));
    }

    private CompletableFuture<?> resetTarget() {
        List<Session> affected = aborter.sessions();
        return CompletableFuture.allOf(
                target.units().stream()
                        .map(unit -> clear(unit, affected, TaskManagementFunction.TARGET_RESET))
                        .toArray(CompletableFuture[]::new));
    }

    private void closeSessions() {
        aborter.sessions().forEach(affected -> affected.connection().close("the target was reset"));
    }

    /**
     * Aborts what waits in {@code affected}, then lets the logical unit know. A reset is a unit attention for everybody, so
     * that only CLEAR TASK SET has to tell those who lost commands.
     */
    private CompletableFuture<?> clear(
            TargetUnit unit, List<Session> affected, TaskManagementFunction function) {
        return aborter.abort(unit, affected)
                .thenCompose(losers ->
                        unit.submit(() -> {
                            if (function == TaskManagementFunction.CLEAR_TASK_SET) {
                                losers.remove(session.nexus());
                                losers.forEach(unit.unit()::commandsCleared);
                            }
                            unit.unit().manage(function, session.nexus());
                            return true;
                        }));
    }
}
