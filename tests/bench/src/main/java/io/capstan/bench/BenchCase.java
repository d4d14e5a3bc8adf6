package io.capstan.bench;

import java.util.List;
import java.util.function.Supplier;

/**
 * What is measured, who takes part, and what is to be reached.
 *
 * @param name as {@code --case} takes it
 * @param unit of the values
 * @param contenders made when the case begins; the first is the product
 * @param goals ratios to be reached
 */
record BenchCase(String name, String unit, Supplier<List<Contender>> contenders, List<Goal> goals) {

    /**
     * A goal: the product's median in relation to a yardstick's, or by itself.
     *
     * @param yardstick name of a contender, or of several with {@code |} between, of which the best counts; empty for an
     *     absolute goal
     * @param bound of the ratio, or of the value
     * @param atLeast whether the bound is the least; otherwise it is the most
     * @param ofCpu whether processor time is compared instead of the value
     */
    record Goal(String yardstick, double bound, boolean atLeast, boolean ofCpu) {

        static Goal atLeast(double ratio, String yardstick) {
            return new Goal(yardstick, ratio, true, false);
        }

        static Goal cpuAtMost(double ratio, String yardstick) {
            return new Goal(yardstick, ratio, false, true);
        }

        static Goal valueAtMost(double value) {
            return new Goal("", value, false, false);
        }
    }
}
