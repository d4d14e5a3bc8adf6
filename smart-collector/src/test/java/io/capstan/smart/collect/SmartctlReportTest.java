package io.capstan.smart.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.smart.history.DiskTraits.DiskClass;
import io.capstan.smart.model.HardEvidence;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** D2: every field that is used of smartctl's report, by documents written by hand. */
class SmartctlReportTest {

    private static Reading parse(String json) throws IOException {
        return SmartctlReport.parse(
                json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), 1_000);
    }

    private static final String ATA =
            """
            {'device':{'protocol':'ATA'},'model_name':'ST4000DM000-1F2168','serial_number':'Z30','model_family':'Desktop',
             'firmware_version':'CC54','wwn':{'naa':5,'oui':3152,'id':2138},'user_capacity':{'bytes':4000787030016},
             'rotation_rate':5900,'local_time':{'time_t':1700000000},'smart_status':{'passed':true},
             'power_on_time':{'hours':12345},'temperature':{'current':31},
             'ata_smart_attributes':{'table':[
               {'id':1,'value':117,'thresh':6,'when_failed':'','raw':{'value':123456789}},
               {'id':5,'value':100,'thresh':10,'when_failed':'','raw':{'value':8}},
               {'id':188,'value':100,'thresh':0,'when_failed':'','raw':{'value':4295032833}},
               {'id':10,'value':60,'thresh':97,'when_failed':'now','raw':{'value':3}}]},
             'ata_smart_error_log':{'extended':{'count':7}},
             'ata_smart_self_test_log':{'extended':{'table':[{'status':{'value':%d}}]}},
             'ata_device_statistics':{'pages':[{'table':[{'name':'Number of Reported Uncorrectable Errors','value':2}]}]},
             'seagate_farm_log':{'page_3_error_statistics':{'number_of_unrecoverable_read_errors':4}}}
            """;

    @Test
    void ataIdentity() throws IOException {
        DiskIdentity identity = parse(ATA.formatted(0)).identity();

        assertThat(identity)
                .isEqualTo(
                        new DiskIdentity(
                                DiskClass.ATA_HDD,
                                "5000c5000000085a",
                                "Z30",
                                "ST",
                                "Desktop",
                                "ST4000DM000-1F2168",
                                "CC54",
                                4000787030016L));
        assertThat(identity.modelGroup()).isEqualTo("ST4000DM000");
        assertThat(identity.id()).isEqualTo("ST4000DM000-1F2168_Z30");
    }

    @Test
    void ataCountersGaugesAndTimes() throws IOException {
        Reading reading = parse(ATA.formatted(0));

        assertThat(reading.timeSeconds()).isEqualTo(1_700_000_000);
        assertThat(reading.powerOnHours()).hasValue(12345);
        assertThat(reading.gauges()).containsEntry("temperature", 31L);
        assertThat(reading.counters())
                .containsEntry("ata.5.raw", 8L)
                .containsEntry("ata.188.raw", 4295032833L)
                .containsEntry("ata.10.below_threshold", 1L)
                .containsEntry("ata.error_log", 7L)
                .containsEntry("ata.statistics.number_of_reported_uncorrectable_errors", 2L)
                .containsEntry("farm.unrecoverable_read_errors", 4L)
                .doesNotContainKeys("ata.1.raw", "ata.5.below_threshold");
        assertThat(reading.evidence()).isEmpty();
    }

    @Test
    void failedSelfTestIsEvidenceAndAnAbortedOneIsNot() throws IOException {
        assertThat(parse(ATA.formatted(0x71)).evidence())
                .containsExactly(HardEvidence.SELF_TEST_FAILED);
        assertThat(parse(ATA.formatted(0x19)).evidence()).isEmpty();
        assertThat(parse(ATA.formatted(0xF9)).evidence()).isEmpty();
    }

    @Test
    void failedStatusIsEvidence() throws IOException {
        String failing = ATA.formatted(0).replace("'passed':true", "'passed':false");

        assertThat(parse(failing).evidence()).containsExactly(HardEvidence.SMART_STATUS_FAILED);
    }

    @Test
    void diskThatDoesNotTurnIsFlash() throws IOException {
        String flash = ATA.formatted(0).replace("'rotation_rate':5900", "'rotation_rate':0");

        assertThat(parse(flash).identity().diskClass()).isEqualTo(DiskClass.ATA_SSD);
    }

    private static final String NVME =
            """
            {'device':{'protocol':'NVMe'},'model_name':'SAMSUNG MZQL2','serial_number':'S64','nvme_total_capacity':960197124096,
             'nvme_namespaces':[{'eui64':{'oui':9528,'ext_id':17}}],
             'nvme_smart_health_information_log':{'critical_warning':%d,'available_spare':100,'available_spare_threshold':10,
               'percentage_used':3,'unsafe_shutdowns':5,'media_errors':2,'num_err_log_entries':9,'warning_temp_time':1,
               'critical_comp_time':0,'power_cycles':4,'data_units_read':77,'data_units_written':88}}
            """;

    @Test
    void nvmeHealthLog() throws IOException {
        Reading reading = parse(NVME.formatted(0));

        assertThat(reading.identity().diskClass()).isEqualTo(DiskClass.NVME);
        assertThat(reading.identity().worldWideName()).isEqualTo("0025380000000011");
        assertThat(reading.identity().capacityBytes()).isEqualTo(960197124096L);
        assertThat(reading.timeSeconds()).isEqualTo(1_000);
        assertThat(reading.counters())
                .containsEntry("nvme.percentage_used", 3L)
                .containsEntry("nvme.media_errors", 2L)
                .containsEntry("nvme.unsafe_shutdowns", 5L)
                .containsEntry("nvme.num_err_log_entries", 9L)
                .containsEntry("nvme.power_cycles", 4L);
        assertThat(reading.gauges())
                .containsEntry("nvme.data_units_read", 77L)
                .containsEntry("nvme.data_units_written", 88L);
    }

    @Test
    void nvmeWarningBitsAreEvidenceButTemperatureIsNot() throws IOException {
        assertThat(parse(NVME.formatted(0b00010)).evidence()).isEmpty();
        for (int bit : new int[] {0, 2, 3, 4}) {
            assertThat(parse(NVME.formatted(1 << bit)).evidence())
                    .as("bit %d", bit)
                    .containsExactly(HardEvidence.NVME_CRITICAL_WARNING);
        }
    }

    @Test
    void scsiDefectsErrorsAndSelfTest() throws IOException {
        Reading reading =
                parse(
                        """
                        {'device':{'protocol':'SCSI'},'scsi_product':'ST4000NM0043','scsi_revision':'MS03','serial_number':'Z1Z',
                         'logical_unit_id':'0x5000c50085b','scsi_grown_defect_list':56,'scsi_pending_defects':{'count':2},
                         'scsi_error_counter_log':{'read':{'total_uncorrected_errors':3},'write':{'total_uncorrected_errors':1},
                         'verify':{'total_uncorrected_errors':0}},'scsi_self_test_0':{'result':{'value':5}}}
                        """);

        assertThat(reading.identity().diskClass()).isEqualTo(DiskClass.SAS);
        assertThat(reading.identity().worldWideName()).isEqualTo("5000c50085b");
        assertThat(reading.identity().firmware()).isEqualTo("MS03");
        assertThat(reading.counters())
                .containsEntry("scsi.grown_defects", 56L)
                .containsEntry("scsi.pending_defects", 2L)
                .containsEntry("scsi.read.uncorrected", 3L)
                .containsEntry("scsi.write.uncorrected", 1L)
                .containsEntry("scsi.verify.uncorrected", 0L);
        assertThat(reading.evidence()).containsExactly(HardEvidence.SELF_TEST_FAILED);
    }

    @Test
    void reportOfADeviceThatWasNotOpenedIsRefusedWithSmartctlsWords() {
        assertThatThrownBy(() ->
                        parse(
                                "{'smartctl':{'exit_status':2,'messages':[{'string':'open device: /dev/sdq failed'}]}}"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/dev/sdq failed");
        assertThatThrownBy(() -> parse("[]")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> parse("not JSON")).isInstanceOf(IOException.class);
    }

    @Test
    void D2_temperatureOfTheEnvironmentWhereThereIsNoOther() throws IOException {
        String report =
                """
                {'device':{'protocol':'SCSI'},'scsi_model_name':'Linux scsi_debug','serial_number':'2000',%s
                 'scsi_environmental_reports':{'temperature_1':{'parameter_code':0,'current':40}}}
                """;

        assertThat(parse(report.formatted("")).gauges()).containsEntry("temperature", 40L);
        assertThat(parse(report.formatted("'temperature':{'current':33},")).gauges())
                .containsEntry("temperature", 33L);
    }

    @Test
    void D12_nvmeStatusIsItsCriticalWarningAndNoEvidenceOfItsOwn() throws IOException {
        String report =
                """
                {'device':{'protocol':'NVMe'},'model_name':'QEMU NVMe Ctrl','serial_number':'Q1',
                 'smart_status':{'passed':false,'nvme':{'value':%d}},
                 'nvme_smart_health_information_log':{'critical_warning':%d,'temperature':50}}
                """;

        assertThat(parse(report.formatted(4, 4)).evidence())
                .containsExactly(HardEvidence.NVME_CRITICAL_WARNING);
        assertThat(parse(report.formatted(2, 2)).evidence()).as("too warm, and no more").isEmpty();
    }
}
