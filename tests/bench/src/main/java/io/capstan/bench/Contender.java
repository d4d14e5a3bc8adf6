package io.capstan.bench;

import java.io.IOException;
import java.time.Duration;

/** One who takes part in a case: the product, or a yardstick. Started before the first turn, closed after the last. */
interface Contender extends AutoCloseable {

    String name();

    /** Whether what it needs is installed here; one that cannot take part is left out, and the report says so. */
    default boolean isAvailable() {
        return true;
    }

    /** Gets ready for turns. */
    default void start() throws Exception {}

    /** For how long turns are not counted, so that a daemon is measured as it is after its first minute. */
    default Duration warmUp() {
        return Duration.ZERO;
    }

    /** One turn. Whatever is not part of the measurement is done before or after it. */
    Sample turn() throws Exception;

    @Override
    default void close() throws IOException {}
}
