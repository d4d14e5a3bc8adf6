package io.capstan.changer;

/** What became of moving or exchanging cartridges: {@link Transported}, or a {@link TransportRefusal}. */
public sealed interface TransportOutcome permits Transported, TransportRefusal {}
