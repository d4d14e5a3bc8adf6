/** Benchmarks of the iSCSI target's inside. */
@NullMarked
package io.capstan.iscsi;

import org.jspecify.annotations.NullMarked;
