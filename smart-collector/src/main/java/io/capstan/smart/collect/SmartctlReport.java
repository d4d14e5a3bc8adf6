package io.capstan.smart.collect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.capstan.smart.history.DiskTraits.DiskClass;
import io.capstan.smart.model.HardEvidence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads {@code smartctl --json} of ATA, SCSI and NVMe devices, behind bridges or not. Every page is optional: what is not there
 * is not in the reading.
 *
 * @see "smartctl(8); NVMe Base Specification 2.0, 5.16.1.3; SPC-5, log pages; ACS-4, GPL log 04h"
 */
final class SmartctlReport {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Spare below threshold, reliability degraded, read-only, backup device failed. Bit 1, temperature, is no failure. */
    static final int NVME_CRITICAL_BITS = 0b11101;

    /** The upper four bits of a self-test's execution status: 3h to 8h are failures. */
    private static final int SELF_TEST_FAILED_MIN = 3;

    private static final int SELF_TEST_FAILED_MAX = 8;
    private static final int SCSI_SELF_TEST_FAILED_MAX = 7;

    /** Attributes whose raw value moves all the time, or is packed by makers so that it counts nothing. */
    private static final Set<Integer> NOT_COUNTERS =
            Set.of(1, 3, 7, 8, 9, 190, 194, 195, 231, 235, 240, 241, 242, 246, 247, 248);

    private static final List<String> NVME_COUNTERS =
            List.of(
                    "critical_warning",
                    "available_spare",
                    "available_spare_threshold",
                    "percentage_used",
                    "unsafe_shutdowns",
                    "media_errors",
                    "num_err_log_entries",
                    "warning_temp_time",
                    "critical_comp_time",
                    "power_cycles");

    private static final List<String> NVME_GAUGES =
            List.of("data_units_read", "data_units_written");

    private final JsonNode root;
    private final SortedMap<String, Long> counters = new TreeMap<>();
    private final SortedMap<String, Long> gauges = new TreeMap<>();
    private final Set<HardEvidence> evidence = EnumSet.noneOf(HardEvidence.class);
    private final Map<String, String> notes = new TreeMap<>();

    private SmartctlReport(JsonNode root) {
        this.root = root;
    }

    /** Whether an attribute's raw value counts something. */
    static boolean isCounter(int attribute) {
        return !NOT_COUNTERS.contains(attribute);
    }

    /** The exit status that a report says smartctl ended with. */
    static ExitStatus exitStatus(byte[] json) throws IOException {
        return new ExitStatus(JSON.readTree(json).path("smartctl").path("exit_status").asInt());
    }

    /**
     * @param nowSeconds time of the reading where the report has none
     * @throws IOException if it is no JSON, or no report of a device that could be opened; with smartctl's own words
     */
    static Reading parse(byte[] json, long nowSeconds) throws IOException {
        JsonNode root = JSON.readTree(json);
        if (!root.isObject()) {
            throw new IOException("not a report of smartctl");
        }
        return new SmartctlReport(root).read(nowSeconds);
    }

    private Reading read(long nowSeconds) throws IOException {
        noteMessages();
        String model = firstText("model_name", "scsi_model_name", "product", "scsi_product");
        String serial = text("serial_number");
        if (model.isEmpty() && serial.isEmpty()) {
            throw new IOException(
                    notes.getOrDefault("message", "the report names neither model nor serial"));
        }
        readStatus();
        readAta();
        readScsi();
        readNvme();
        JsonNode current = root.path("temperature").path("current");
        long temperature =
                current.asLong(
                        root.path("scsi_environmental_reports")
                                .path("temperature_1")
                                .path("current")
                                .asLong(0));
        if (temperature > 0) {
            gauges.put("temperature", temperature);
        }
        JsonNode hours = root.path("power_on_time").path("hours");
        return new Reading(
                new DiskIdentity(
                        diskClass(),
                        worldWideName(),
                        serial,
                        DiskIdentity.makerOf(model),
                        text("model_family"),
                        model,
                        firstText("firmware_version", "revision", "scsi_revision"),
                        root.path("user_capacity")
                                .path("bytes")
                                .asLong(root.path("nvme_total_capacity").asLong(0))),
                root.path("local_time").path("time_t").asLong(nowSeconds),
                hours.isNumber() ? OptionalInt.of(hours.asInt()) : OptionalInt.empty(),
                counters,
                gauges,
                evidence,
                notes);
    }

    private void noteMessages() {
        List<String> messages = new ArrayList<>();
        for (JsonNode message : root.path("smartctl").path("messages")) {
            messages.add(message.path("string").asText());
        }
        if (!messages.isEmpty()) {
            notes.put("message", String.join("; ", messages));
        }
    }

    private String text(String name) {
        return root.path(name).asText("").strip();
    }

    private String firstText(String... names) {
        for (String name : names) {
            if (!text(name).isEmpty()) {
                return text(name);
            }
        }
        return "";
    }

    private DiskClass diskClass() {
        String protocol = root.path("device").path("protocol").asText("");
        if (protocol.equals("NVMe") || root.has("nvme_smart_health_information_log")) {
            return DiskClass.NVME;
        }
        if (protocol.equals("SCSI")) {
            return DiskClass.SAS;
        }
        // 0 is the standard's word for no rotation; SSDs of before it have attributes that only
        // flash has.
        boolean turns = root.path("rotation_rate").asInt(0) > 0;
        boolean isFlash =
                root.path("rotation_rate").isNumber()
                        ? !turns
                        : root.path("trim").path("supported").asBoolean(false);
        return isFlash ? DiskClass.ATA_SSD : DiskClass.ATA_HDD;
    }

    private String worldWideName() {
        JsonNode wwn = root.path("wwn");
        if (wwn.isObject()) {
            return "%x%06x%09x"
                    .formatted(
                            wwn.path("naa").asLong(),
                            wwn.path("oui").asLong(),
                            wwn.path("id").asLong());
        }
        JsonNode eui = root.path("nvme_namespaces").path(0).path("eui64");
        if (eui.isObject()) {
            return "%06x%010x".formatted(eui.path("oui").asLong(), eui.path("ext_id").asLong());
        }
        return text("logical_unit_id").replaceFirst("^0x", "");
    }

    /** Of an NVMe disk, smartctl says no more by it than that a bit of the critical warning is set, be it of temperature. */
    private void readStatus() {
        JsonNode passed = root.path("smart_status").path("passed");
        boolean isOfWarning =
                root.path("nvme_smart_health_information_log").path("critical_warning").isNumber();
        if (passed.isBoolean() && !passed.asBoolean() && !isOfWarning) {
            evidence.add(HardEvidence.SMART_STATUS_FAILED);
        }
    }

    private void readAta() {
        for (JsonNode attribute : root.path("ata_smart_attributes").path("table")) {
            int id = attribute.path("id").asInt();
            JsonNode raw = attribute.path("raw").path("value");
            if (raw.isNumber() && isCounter(id)) {
                counters.put("ata." + id + ".raw", raw.asLong());
            }
            long value = attribute.path("value").asLong();
            long threshold = attribute.path("thresh").asLong();
            if (attribute.path("when_failed").asText("").equals("now")
                    || (threshold > 0 && value > 0 && value <= threshold)) {
                counters.put("ata." + id + ".below_threshold", 1L);
            }
        }
        JsonNode errors = root.path("ata_smart_error_log");
        JsonNode count =
                errors.path("extended").has("count")
                        ? errors.path("extended").path("count")
                        : errors.path("summary").path("count");
        putNumber("ata.error_log", count);
        JsonNode tests = root.path("ata_smart_self_test_log");
        JsonNode table =
                tests.path("extended").has("table")
                        ? tests.path("extended").path("table")
                        : tests.path("standard").path("table");
        int newest = table.path(0).path("status").path("value").asInt(0) >> 4;
        if (newest >= SELF_TEST_FAILED_MIN && newest <= SELF_TEST_FAILED_MAX) {
            evidence.add(HardEvidence.SELF_TEST_FAILED);
        }
        for (JsonNode page : root.path("ata_device_statistics").path("pages")) {
            for (JsonNode statistic : page.path("table")) {
                String name = statistic.path("name").asText("");
                if (name.equals("Number of Reported Uncorrectable Errors")
                        || name.equals("Number of Mechanical Start Failures")
                        || name.equals("Resets Between Cmd Acceptance and Completion")) {
                    putNumber(
                            "ata.statistics." + name.toLowerCase(Locale.ROOT).replace(' ', '_'),
                            statistic.path("value"));
                }
            }
        }
        readFarm();
    }

    /** Seagate's field accessible reliability metrics, where smartctl 7.4 or later reads them. */
    private void readFarm() {
        JsonNode page = root.path("seagate_farm_log").path("page_3_error_statistics");
        putNumber(
                "farm.unrecoverable_read_errors", page.path("number_of_unrecoverable_read_errors"));
        putNumber(
                "farm.unrecoverable_write_errors",
                page.path("number_of_unrecoverable_write_errors"));
        putNumber("farm.reallocated_sectors", page.path("number_of_reallocated_sectors"));
        putNumber(
                "farm.reallocation_candidates",
                page.path("number_of_reallocated_candidate_sectors"));
    }

    private void readScsi() {
        putNumber("scsi.grown_defects", root.path("scsi_grown_defect_list"));
        for (String action : List.of("read", "write", "verify")) {
            JsonNode log = root.path("scsi_error_counter_log").path(action);
            putNumber("scsi." + action + ".uncorrected", log.path("total_uncorrected_errors"));
        }
        putNumber("scsi.pending_defects", root.path("scsi_pending_defects").path("count"));
        JsonNode newest = root.path("scsi_self_test_0").path("result").path("value");
        if (newest.asInt(0) >= SELF_TEST_FAILED_MIN
                && newest.asInt(0) <= SCSI_SELF_TEST_FAILED_MAX) {
            evidence.add(HardEvidence.SELF_TEST_FAILED);
        }
    }

    private void readNvme() {
        JsonNode log = root.path("nvme_smart_health_information_log");
        for (String name : NVME_COUNTERS) {
            putNumber("nvme." + name, log.path(name));
        }
        for (String name : NVME_GAUGES) {
            if (log.path(name).isNumber()) {
                gauges.put("nvme." + name, log.path(name).asLong());
            }
        }
        if ((log.path("critical_warning").asInt(0) & NVME_CRITICAL_BITS) != 0) {
            evidence.add(HardEvidence.NVME_CRITICAL_WARNING);
        }
    }

    private void putNumber(String key, JsonNode number) {
        if (number.isNumber()) {
            counters.put(key, number.asLong());
        }
    }
}
