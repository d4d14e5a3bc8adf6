package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DecoderRefusalTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void endsTheCommandBeforeItIsExecuted() {
        SpcBench.Reply reply = bench.receive("08 00 00 10 01 00");

        assertThat(reply.outcomeWithPointer()).isEqualTo("05/24/00 C0 00 02");
        assertThat(reply.data()).isEmpty();
        assertThat(bench.device.executed).isEmpty();
        assertThat(bench.logicalUnit.internalTargetFailures()).isZero();
    }

    @Test
    void dataInStaysValidWithACheckConditionThatIsAValue() {
        SpcBench.Reply reply = bench.receive("08 00 00 00 20 00");

        assertThat(reply.outcome()).isEqualTo("00/00/00");
        assertThat(reply.result().sense().orElseThrow().incorrectLength()).isTrue();
        assertThat(reply.data()).hasSize(16);
    }

    @Test
    void dataInIsDiscardedWithACheckConditionThatIsThrown() {
        bench.device.answer =
                () -> {
                    throw CheckConditionException.invalidFieldInParameterList(3, 6);
                };

        SpcBench.Reply reply = bench.receive("08 00 00 00 10 00");

        assertThat(reply.outcomeWithPointer()).isEqualTo("05/26/00 8E 00 03");
        assertThat(reply.data()).isEmpty();
    }

    @Test
    void carriesNoStackTrace() {
        CheckConditionException refusal = CheckConditionException.parameterListLengthError();

        assertThat(refusal.getStackTrace()).isEmpty();
        assertThat(refusal).hasMessageContaining("PARAMETER_LIST_LENGTH_ERROR");
    }
}
