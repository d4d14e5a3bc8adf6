package io.capstan.metrics;

import java.util.List;

/**
 * Writes counters in the text exposition format of Prometheus.
 *
 * @see "Prometheus documentation, Exposition formats, text-based format version 0.0.4"
 */
public final class PrometheusText {

    /** Value of the Content-Type header field to send it with. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private PrometheusText() {}

    /** The samples as text; those of one counter must follow each other, as in {@link MetricsRegistry#snapshot}. */
    public static String write(List<MetricsRegistry.Sample> samples) {
        StringBuilder text = new StringBuilder();
        String last = "";
        for (MetricsRegistry.Sample sample : samples) {
            Counter counter = sample.counter();
            if (!counter.metricName().equals(last)) {
                last = counter.metricName();
                writeHead(counter, text);
            }
            text.append(last)
                    .append(sample.labels())
                    .append(' ')
                    .append(sample.value())
                    .append('\n');
        }
        return text.toString();
    }

    private static void writeHead(Counter counter, StringBuilder text) {
        String help = counter.help().replace("\\", "\\\\").replace("\n", "\\n");
        text.append("# HELP ").append(counter.metricName()).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(counter.metricName()).append(" counter\n");
    }
}
