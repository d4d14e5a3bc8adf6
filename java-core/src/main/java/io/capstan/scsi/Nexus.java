package io.capstan.scsi;

/**
 * An I_T nexus: the relation between an initiator port and a target port, by their names. A transport that cannot tell
 * initiators apart (a TCMU ring) uses one nexus for all of them.
 *
 * @see "SAM-6, 4.6.3 I_T nexus"
 */
public record Nexus(String initiatorPort, String targetPort) {}
