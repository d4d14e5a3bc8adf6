/**
 * The iSCSI target: portals, logins, sessions, and the way of a SCSI command from a socket to a logical unit and back.
 *
 * <p>Start at {@link io.capstan.iscsi.IscsiTargetServer}, then {@link io.capstan.iscsi.PduDecoder}, which cuts a byte
 * stream into PDUs and lets data segments be read from the socket into the buffer of their command, and {@code
 * FullFeaturePhase}, which is the life of a session after login.
 *
 * <p>Everything of a connection is touched by the thread of its event loop alone. A logical unit is touched by its owner:
 * see {@link io.capstan.iscsi.TargetUnit}.
 *
 * <p>May import {@code scsi}, {@code buffer}, {@code metrics} and Netty, whose types stay in here.
 */
@NullMarked
package io.capstan.iscsi;

import org.jspecify.annotations.NullMarked;
