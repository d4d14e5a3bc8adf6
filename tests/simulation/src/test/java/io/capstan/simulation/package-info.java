/**
 * A deterministic simulation of drives, mediums, store and catalog on a disk that loses power, fails, fills up and lies.
 *
 * <p>Start reading at {@link io.capstan.simulation.Simulation}. Everything of a run follows from its seed.
 */
package io.capstan.simulation;
