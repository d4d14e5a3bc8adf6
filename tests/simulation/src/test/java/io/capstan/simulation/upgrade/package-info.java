/** Data directories of every released version, and what becomes of them under the software of today. */
package io.capstan.simulation.upgrade;
