package io.capstan.changer;

/** The cartridges are where they were to go, on stable storage, and loaded if that is a drive. */
public record Transported() implements TransportOutcome {}
