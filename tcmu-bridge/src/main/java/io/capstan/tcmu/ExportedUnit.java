package io.capstan.tcmu;

import java.util.List;

/**
 * A logical unit as the kernel shows it.
 *
 * @param unitName the logical unit's name
 * @param scsiAddress {@code host:channel:target:lun}
 * @param deviceNodes names under {@code /dev}, for example {@code sg1}, {@code st0}, {@code nst0}
 * @param serving whether its ring is served
 */
public record ExportedUnit(
        String unitName, String scsiAddress, List<String> deviceNodes, boolean serving) {}
