package io.capstan.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.capstan.appliance.node.InstalledEquipment;
import io.capstan.appliance.node.NodePlan;
import io.capstan.config.ConfigException;
import io.capstan.config.Configuration;

/** Configuration files: what is not refused makes a plan. */
class ConfigurationFuzzTest {

    private static final InstalledEquipment EQUIPMENT = new InstalledEquipment();

    @FuzzTest(maxDuration = "2m")
    void isRefusedOrMakesAPlan(FuzzedDataProvider input) {
        String text = input.consumeRemainingAsString();
        try {
            Configuration configuration = Configuration.parse("fuzz.yaml", text, EQUIPMENT);

            NodePlan plan = NodePlan.of(configuration, EQUIPMENT);
            assertThat(plan.dataDirectory()).isAbsolute();
        } catch (ConfigException refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
    }
}
