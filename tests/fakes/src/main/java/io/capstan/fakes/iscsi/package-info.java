/** An iSCSI initiator for tests, over a plain socket. */
@NullMarked
package io.capstan.fakes.iscsi;

import org.jspecify.annotations.NullMarked;
