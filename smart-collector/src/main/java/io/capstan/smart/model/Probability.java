package io.capstan.smart.model;

/**
 * A probability with its 90 % interval.
 *
 * @param low the chance is 5 % that it is less
 * @param high the chance is 5 % that it is more
 */
public record Probability(double low, double value, double high) {

    public static final Probability ZERO = new Probability(0, 0, 0);

    public Probability {
        if (!(0 <= low && low <= value && value <= high && high <= 1)) {
            throw new IllegalArgumentException(
                    "not a probability: %s in [%s, %s]".formatted(value, low, high));
        }
    }

    /** Of this or, if it does not happen, the other. */
    Probability orElse(Probability other) {
        return new Probability(
                either(low, other.low), either(value, other.value), either(high, other.high));
    }

    private static double either(double left, double right) {
        return Math.min(1, left + (1 - left) * right);
    }

    /** With its odds multiplied. */
    Probability withOdds(double ratio) {
        return new Probability(scale(low, ratio), scale(value, ratio), scale(high, ratio));
    }

    private static double scale(double p, double ratio) {
        return p >= 1 ? 1 : p * ratio / (1 - p + p * ratio);
    }
}
