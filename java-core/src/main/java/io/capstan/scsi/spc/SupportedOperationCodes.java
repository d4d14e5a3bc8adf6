package io.capstan.scsi.spc;

import org.jspecify.annotations.Nullable;

/**
 * The response to REPORT SUPPORTED OPERATION CODES, made from the command table.
 *
 * @see "SPC-4, REPORT SUPPORTED OPERATION CODES command"
 */
final class SupportedOperationCodes {

    private static final int ALL = 0;
    private static final int ONE = 1;
    private static final int ONE_WITH_SERVICE_ACTION = 2;
    private static final int ONE_OF_EITHER_KIND = 3;

    private static final int REPORTING_OPTIONS_AT = 2;
    private static final int REPORTING_OPTIONS_BIT = 2;
    private static final int ALL_CTDP = 0x02;
    private static final int ALL_SERVACTV = 0x01;
    private static final int ONE_CTDP = 0x80;
    private static final int NOT_SUPPORTED = 0x01;
    private static final int SUPPORTED = 0x03;
    private static final int TIMEOUTS_DESCRIPTOR_LENGTH = 0x0A;

    private SupportedOperationCodes() {}

    static byte[] report(CommandSet<?> commands, SpcCommand.ReportSupportedOperationCodes request) {
        int operationCode = request.requestedOperationCode();
        int serviceAction = request.requestedServiceAction();
        boolean hasServiceActions = commands.hasServiceActions(operationCode);
        return switch (request.reportingOptions()) {
            case ALL -> all(commands, request.returnTimeouts());
            case ONE -> {
                refuseIf(hasServiceActions);
                yield one(commands.find(operationCode), request.returnTimeouts());
            }
            case ONE_WITH_SERVICE_ACTION -> {
                refuseIf(!hasServiceActions && commands.find(operationCode) != null);
                yield one(commands.find(operationCode, serviceAction), request.returnTimeouts());
            }
            case ONE_OF_EITHER_KIND ->
                    one(
                            eitherKind(commands, operationCode, serviceAction),
                            request.returnTimeouts());
            default -> throw invalidReportingOptions();
        };
    }

    private static @Nullable CommandDescriptor<?> eitherKind(
            CommandSet<?> commands, int operationCode, int serviceAction) {
        if (commands.hasServiceActions(operationCode)) {
            return commands.find(operationCode, serviceAction);
        }
        return serviceAction == 0 ? commands.find(operationCode) : null;
    }

    private static byte[] all(CommandSet<?> commands, boolean withTimeouts) {
        ResponseBuilder response = new ResponseBuilder().u32(0);
        for (CommandDescriptor<?> command : commands.descriptors()) {
            response.u8(command.operationCode())
                    .u8(0)
                    .u16(command.serviceAction().orElse(0))
                    .u8(0)
                    .u8(
                            (withTimeouts ? ALL_CTDP : 0)
                                    | (command.serviceAction().isPresent() ? ALL_SERVACTV : 0))
                    .u16(command.cdbLengthBytes());
            if (withTimeouts) {
                putTimeouts(response, command);
            }
        }
        return response.putLengthU32(0).toByteArray();
    }

    private static byte[] one(@Nullable CommandDescriptor<?> command, boolean withTimeouts) {
        if (command == null) {
            return new ResponseBuilder().u8(0).u8(NOT_SUPPORTED).u16(0).toByteArray();
        }
        ResponseBuilder response =
                new ResponseBuilder()
                        .u8(0)
                        .u8((withTimeouts ? ONE_CTDP : 0) | SUPPORTED)
                        .u16(command.cdbLengthBytes())
                        .bytes(command.usage());
        if (withTimeouts) {
            putTimeouts(response, command);
        }
        return response.toByteArray();
    }

    private static void putTimeouts(ResponseBuilder response, CommandDescriptor<?> command) {
        response.u16(TIMEOUTS_DESCRIPTOR_LENGTH)
                .u8(0)
                .u8(0)
                .u32(command.nominalTimeoutSeconds())
                .u32(command.recommendedTimeoutSeconds());
    }

    private static void refuseIf(boolean wrongKind) {
        if (wrongKind) {
            throw invalidReportingOptions();
        }
    }

    private static CheckConditionException invalidReportingOptions() {
        return CheckConditionException.invalidFieldInCdb(
                REPORTING_OPTIONS_AT, REPORTING_OPTIONS_BIT);
    }
}
