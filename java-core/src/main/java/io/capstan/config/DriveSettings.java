package io.capstan.config;

import java.util.Optional;

/**
 * A drive of a library.
 *
 * @param personality the drive it looks like ({@code personality})
 * @param serialNumber its serial number ({@code serial}); drawn once and kept where there is none
 */
public record DriveSettings(String personality, Optional<String> serialNumber) {

    static final DriveSettings DEFAULTS = new DriveSettings("ibm-ult3580-td8", Optional.empty());
}
