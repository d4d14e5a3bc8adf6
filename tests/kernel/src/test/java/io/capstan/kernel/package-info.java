/**
 * Runs the product in a real Linux kernel and looks at it through the programs that people back up with.
 *
 * <p>Each class is one boot of a User-Mode Linux guest, each script of {@code tests/clients} that runs there is a
 * container of tests, and each thing the script states is a test. Start reading at {@link io.capstan.kernel.GuestBoot}, then
 * {@code tests/kernel/uml/run} and {@code tests/kernel/guest/lib.sh}.
 */
package io.capstan.kernel;
