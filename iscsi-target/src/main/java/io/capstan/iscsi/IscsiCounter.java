package io.capstan.iscsi;

import io.capstan.metrics.Counter;

/** What the iSCSI target counts; per target where there is one. */
public enum IscsiCounter implements Counter {
    CONNECTIONS("capstan_iscsi_connections_total", "", "Connections accepted"),
    CONNECTIONS_REFUSED(
            "capstan_iscsi_connections_refused_total", "", "Connections over the limit, closed"),
    LOGINS("capstan_iscsi_logins_total", "", "Sessions that logged in"),
    LOGINS_REFUSED("capstan_iscsi_logins_refused_total", "", "Logins refused"),
    PROTOCOL_ERRORS(
            "capstan_iscsi_protocol_errors_total",
            "",
            "Connections dropped because the initiator broke the protocol"),
    FAULTS(
            "capstan_iscsi_faults_total",
            "",
            "Connections dropped because of a mistake of the target's own"),
    DIGEST_ERRORS("capstan_iscsi_digest_errors_total", "", "Data segments with a wrong digest"),
    COMMANDS("capstan_iscsi_commands_total", "", "SCSI commands answered"),
    COMMANDS_BRIEF(
            "capstan_iscsi_commands_brief_total",
            "",
            "SCSI commands executed on the event loop that received them"),
    COMMANDS_REFUSED(
            "capstan_iscsi_commands_refused_total",
            "",
            "SCSI commands answered without their logical unit"),
    DATA_OUT_BYTES("capstan_iscsi_data_out_bytes_total", "bytes", "Data received for commands"),
    DATA_IN_BYTES("capstan_iscsi_data_in_bytes_total", "bytes", "Data sent for commands"),
    BUFFERS_MADE(
            "capstan_iscsi_buffers_made_total",
            "",
            "Buffers for data made because none was there to be used again"),
    TASK_MANAGEMENT("capstan_iscsi_task_management_total", "", "Task management functions"),
    REJECTS("capstan_iscsi_rejects_total", "", "PDUs rejected");

    private final String metricName;
    private final String unit;
    private final String help;

    IscsiCounter(String metricName, String unit, String help) {
        this.metricName = metricName;
        this.unit = unit;
        this.help = help;
    }

    @Override
    public String metricName() {
        return metricName;
    }

    @Override
    public String unit() {
        return unit;
    }

    @Override
    public String help() {
        return help;
    }
}
