/**
 * The failure model, in plain Java.
 *
 * <p>{@link io.capstan.smart.model.FleetLearner} walks through histories and learns; {@link
 * io.capstan.smart.model.RateHierarchy} is the Bayesian core, {@code Booster} grows trees on top of it, {@code Calibration}
 * makes scores probabilities, {@link io.capstan.smart.model.Backtest} says how good it all would have been.
 *
 * <p>Weights, thresholds and strengths of priors come from data. What is fixed here are the shape of the model and how much
 * work is put into it.
 */
@NullMarked
package io.capstan.smart.model;

import org.jspecify.annotations.NullMarked;
