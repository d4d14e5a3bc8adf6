package io.capstan.smart;

/** Tells people outside of an alarm. */
public interface Notifier {

    /**
     * Tells of an alarm that is new, has grown, or has ended. Does not throw and does not wait for long: what cannot be delivered
     * is logged and counted.
     *
     * @param ended whether it stands no more
     */
    void tell(Alarm alarm, boolean ended);
}
