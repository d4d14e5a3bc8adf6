package io.capstan.smart.model;

import java.util.function.DoubleUnaryOperator;
import org.hipparchus.distribution.continuous.BetaDistribution;
import org.hipparchus.distribution.continuous.GammaDistribution;
import org.hipparchus.special.Erf;
import org.hipparchus.special.Gamma;

/** What the models need of special functions and distributions. */
final class Distributions {

    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

    private Distributions() {}

    static double logGamma(double x) {
        return Gamma.logGamma(x);
    }

    /** Quantile of a Gamma distribution with scale 1. */
    static double gammaQuantile(double shape, double probability) {
        return new GammaDistribution(shape, 1).inverseCumulativeProbability(probability);
    }

    static double betaQuantile(double alpha, double beta, double probability) {
        return new BetaDistribution(alpha, beta).inverseCumulativeProbability(probability);
    }

    /** Where a function with one peak is greatest, to a thousandth; golden section. */
    static double maximize(DoubleUnaryOperator function, double low, double high) {
        double left = high - GOLDEN * (high - low);
        double right = low + GOLDEN * (high - low);
        double atLeft = function.applyAsDouble(left);
        double atRight = function.applyAsDouble(right);
        while (high - low > 1e-3) {
            if (atLeft >= atRight) {
                high = right;
                right = left;
                atRight = atLeft;
                left = high - GOLDEN * (high - low);
                atLeft = function.applyAsDouble(left);
            } else {
                low = left;
                left = right;
                atLeft = atRight;
                right = low + GOLDEN * (high - low);
                atRight = function.applyAsDouble(right);
            }
        }
        return (low + high) / 2;
    }

    static double sigmoid(double margin) {
        return 1 / (1 + Math.exp(-margin));
    }

    static double logit(double probability) {
        return Math.log(probability / (1 - probability));
    }

    /** The chance that a standard normal value is so great or greater. */
    static double normalTail(double deviations) {
        return Erf.erfc(deviations / Math.sqrt(2)) / 2;
    }
}
