/**
 * Asking disks how they are.
 *
 * <p>{@link io.capstan.smart.collect.Smartctl} runs smartctl on a device, {@link
 * io.capstan.smart.collect.SmartctlReport} reads what it says, whatever the disk's protocol, into a {@link
 * io.capstan.smart.collect.Reading}; where smartctl is absent, {@link
 * io.capstan.smart.collect.DirectReader} asks the disks itself; {@link io.capstan.smart.collect.BlockDevices} finds the disks, and which directories lie on
 * them.
 */
@NullMarked
package io.capstan.smart.collect;

import org.jspecify.annotations.NullMarked;
