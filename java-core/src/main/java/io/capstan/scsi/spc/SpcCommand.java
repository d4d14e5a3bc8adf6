package io.capstan.scsi.spc;

/**
 * The commands of SPC that {@link SpcDeviceServer} executes by itself, decoded.
 *
 * <p>REPORT LUNS is not among them: it belongs to the target, not to a logical unit.
 */
public sealed interface SpcCommand {

    record TestUnitReady() implements SpcCommand {}

    /**
     * @param descriptorFormat DESC: both formats are supported and made from the same sense data
     */
    record RequestSense(boolean descriptorFormat, int allocationLengthBytes)
            implements SpcCommand {}

    record Inquiry(boolean vitalProductData, int pageCode, int allocationLengthBytes)
            implements SpcCommand {}

    /**
     * @param tenByte whether this is MODE SENSE(10), whose header differs
     */
    record ModeSense(
            boolean tenByte,
            boolean blockDescriptorsDisabled,
            PageControl pageControl,
            int pageCode,
            int subpageCode,
            int allocationLengthBytes)
            implements SpcCommand {}

    /**
     * @param tenByte whether this is MODE SELECT(10), whose header differs
     * @param pageFormat PF
     * @param savePages SP
     */
    record ModeSelect(
            boolean tenByte, boolean pageFormat, boolean savePages, int parameterListLengthBytes)
            implements SpcCommand {}

    /**
     * @param savePages SP
     * @param parameterPointer lowest parameter code to return
     */
    record LogSense(
            boolean savePages,
            LogPageControl pageControl,
            int pageCode,
            int subpageCode,
            int parameterPointer,
            int allocationLengthBytes)
            implements SpcCommand {}

    /**
     * @param parameterCodeReset PCR
     * @param savePages SP
     */
    record LogSelect(
            boolean parameterCodeReset,
            boolean savePages,
            LogPageControl pageControl,
            int pageCode,
            int subpageCode,
            int parameterListLengthBytes)
            implements SpcCommand {}

    record PreventAllowMediumRemoval(boolean prevent) implements SpcCommand {}

    /**
     * @param selfTestCode SELF-TEST CODE; 0 unless a background or foreground self-test is asked for
     * @param selfTest SELFTEST: the default self-test
     */
    record SendDiagnostic(
            int selfTestCode, boolean pageFormat, boolean selfTest, int parameterListLengthBytes)
            implements SpcCommand {}

    /**
     * @param pageCodeValid PCV
     */
    record ReceiveDiagnosticResults(boolean pageCodeValid, int pageCode, int allocationLengthBytes)
            implements SpcCommand {}

    record ReadBuffer(
            int mode,
            int modeSpecific,
            int bufferId,
            int bufferOffsetBytes,
            int allocationLengthBytes)
            implements SpcCommand {}

    record WriteBuffer(
            int mode,
            int modeSpecific,
            int bufferId,
            int bufferOffsetBytes,
            int parameterListLengthBytes)
            implements SpcCommand {}

    /**
     * @param returnTimeouts RCTD
     */
    record ReportSupportedOperationCodes(
            boolean returnTimeouts,
            int reportingOptions,
            int requestedOperationCode,
            int requestedServiceAction,
            long allocationLengthBytes)
            implements SpcCommand {}

    /**
     * @param returnExtended REPD
     */
    record ReportSupportedTaskManagementFunctions(
            boolean returnExtended, long allocationLengthBytes) implements SpcCommand {}

    record ReportTimestamp(long allocationLengthBytes) implements SpcCommand {}

    record SetTimestamp(long parameterListLengthBytes) implements SpcCommand {}

    /**
     * @param type INFORMATION TYPE
     */
    record ReportIdentifyingInformation(int type, long allocationLengthBytes)
            implements SpcCommand {}

    /**
     * @param type INFORMATION TYPE
     */
    record SetIdentifyingInformation(int type, long parameterListLengthBytes)
            implements SpcCommand {}

    record ReportTargetPortGroups(int parameterDataFormat, long allocationLengthBytes)
            implements SpcCommand {}

    /** RESERVE(6) and (10). */
    record Reserve() implements SpcCommand {}

    /** RELEASE(6) and (10). */
    record Release() implements SpcCommand {}

    record PersistentReserveIn(int serviceAction, int allocationLengthBytes)
            implements SpcCommand {}

    record PersistentReserveOut(
            int serviceAction, int scope, int type, int parameterListLengthBytes)
            implements SpcCommand {}
}
