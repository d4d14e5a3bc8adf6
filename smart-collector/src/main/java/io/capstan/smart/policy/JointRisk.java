package io.capstan.smart.policy;

/**
 * The chance that enough disks of a pool fail together to lose data.
 *
 * <p>Data is lost where as many disks as there are copies fail before the first of them has been made good. Time is cut into
 * repair windows; in each, how many disks fail follows a Poisson binomial distribution of their own probabilities, and that many
 * failures are taken for a loss, because with many chunks some chunk has its copies on just these disks.
 */
public final class JointRisk {

    private JointRisk() {}

    /**
     * @param probabilities of each disk to fail within the horizon, independent of each other but for what they have in common
     *     already, as model and age
     * @param copies of each chunk, 1 or more
     * @param horizonDays for which the probabilities hold
     * @param repairDays from a failure until all chunks have all their copies again
     */
    public static double dataLoss(
            double[] probabilities, int copies, double horizonDays, double repairDays) {
        if (copies < 1 || !(repairDays > 0) || !(horizonDays > 0)) {
            throw new IllegalArgumentException(
                    "%d copies, %s days to repair, %s days ahead"
                            .formatted(copies, repairDays, horizonDays));
        }
        double window = Math.min(1, repairDays / horizonDays);
        double[] inWindow = new double[probabilities.length];
        for (int disk = 0; disk < inWindow.length; disk++) {
            inWindow[disk] =
                    -Math.expm1(window * Math.log1p(-Math.min(probabilities[disk], 1 - 1e-15)));
        }
        double together = atLeast(inWindow, copies);
        return -Math.expm1(Math.log1p(-Math.min(together, 1 - 1e-15)) / window);
    }

    /** The chance that so many or more happen of independent events. */
    static double atLeast(double[] probabilities, int count) {
        if (count > probabilities.length) {
            return 0;
        }
        // exactly[k]: k of the events so far; the last place holds all of count and more.
        double[] exactly = new double[count + 1];
        exactly[0] = 1;
        for (double p : probabilities) {
            exactly[count] += exactly[count - 1] * p;
            for (int k = count - 1; k > 0; k--) {
                exactly[k] = exactly[k] * (1 - p) + exactly[k - 1] * p;
            }
            exactly[0] *= 1 - p;
        }
        return exactly[count];
    }
}
