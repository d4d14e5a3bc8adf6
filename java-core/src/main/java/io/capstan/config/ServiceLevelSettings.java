package io.capstan.config;

/**
 * An item of {@code disks.service-levels}: how sure a pool's data wants to be of its disks.
 *
 * @param pool name of the pool ({@code pool}); required
 * @param confidence that a disk lives through the next 30 days ({@code confidence}), above 0 and below 1; disks of which
 *     that is not so sure are evacuated; required
 */
public record ServiceLevelSettings(String pool, double confidence) {}
