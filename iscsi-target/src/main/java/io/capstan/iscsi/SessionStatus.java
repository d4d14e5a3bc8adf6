package io.capstan.iscsi;

/**
 * What an operator wants to know of a session.
 *
 * @param id TSIH, unique on the node while the session lasts
 * @param target empty for a discovery session
 * @param isid hexadecimal
 * @param peer address of the initiator
 * @param userName whom CHAP authenticated; empty without authentication
 */
public record SessionStatus(
        int id,
        String target,
        String initiator,
        String initiatorAlias,
        String isid,
        String peer,
        String userName,
        long startedEpochMillis,
        boolean headerDigest,
        boolean dataDigest,
        long commandCount,
        long dataOutBytes,
        long dataInBytes) {}
