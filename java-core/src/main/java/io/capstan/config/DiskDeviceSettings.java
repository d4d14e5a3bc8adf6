package io.capstan.config;

import java.nio.file.Path;

/**
 * An item of {@code disks.devices}: a disk behind a RAID controller or bridge, which the kernel does not show as a disk.
 *
 * @param device node through which it is reached ({@code device}); required
 * @param type how smartctl speaks to it ({@code type}), such as {@code megaraid,3}; required
 */
public record DiskDeviceSettings(Path device, String type) {}
