package io.capstan.smart.model;

/** How far ahead failure is predicted. A prediction for a later one holds all that the earlier ones hold. */
public enum Horizon {
    DAYS_30(30),
    DAYS_90(90),
    DAYS_365(365);

    private final int days;

    Horizon(int days) {
        this.days = days;
    }

    public int days() {
        return days;
    }

    int hours() {
        return days * 24;
    }
}
