package io.capstan.metrics;

/**
 * A counter's descriptor. Each room has one enum that implements it and lists all its counters; names are interface, and
 * renaming one is a breaking change.
 */
public interface Counter {

    /** Name for Prometheus: lower-case words joined by {@code _}, beginning with {@code capstan_}, unit and {@code _total} last. */
    String metricName();

    /** The unit as Prometheus names it ({@code bytes}, {@code seconds}), or empty where a thing is counted. */
    String unit();

    /** One line that says what is counted. */
    String help();
}
