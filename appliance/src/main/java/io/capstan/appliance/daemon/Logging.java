package io.capstan.appliance.daemon;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.nio.charset.StandardCharsets;
import org.slf4j.LoggerFactory;

/**
 * Where log events go: to standard error, each on one line. Under systemd the line begins with its priority and leaves the
 * time to the journal.
 *
 * @see "sd-daemon(3), logging prefixes"
 */
public final class Logging {

    /** What a line is made of: traces are put on the event's own line, or a journal would make an entry of each frame. */
    private static final String EVENT =
            "%replace(%msg){'[\\r\\n]+', ' | '}%replace(%ex{12}){'[\\r\\n]+\\s*', ' | '}%nopex%n";

    private static final String TERMINAL = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0}: ";
    private static final String JOURNAL = "<%priority>%logger{0}: ";

    private Logging() {}

    /**
     * Sets up logging for this process.
     *
     * @param toJournal whether standard error is systemd's journal
     */
    public static void configure(org.slf4j.event.Level level, boolean toJournal) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        configure(context, Level.convertAnSLF4JLevel(level), toJournal);
    }

    private static void configure(LoggerContext context, Level level, boolean toJournal) {
        PatternLayout layout = new PatternLayout();
        layout.getInstanceConverterMap().put("priority", Priority::new);
        layout.setContext(context);
        layout.setPattern((toJournal ? JOURNAL : TERMINAL) + EVENT);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.setLayout(layout);
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(level);
        root.addAppender(appender);
        context.getLogger("io.netty").setLevel(Level.WARN);
    }

    /**
     * What holds until {@link #configure} is called, and in commands, which never call it: warnings. Found by Logback as a
     * service when the first logger is asked for.
     */
    public static final class BeforeConfiguration extends ContextAwareBase implements Configurator {
        @Override
        public ExecutionStatus configure(LoggerContext context) {
            Logging.configure(context, Level.WARN, false);
            return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
        }
    }

    /** The syslog priority of an event. */
    static final class Priority extends ch.qos.logback.classic.pattern.ClassicConverter {
        @Override
        public String convert(ILoggingEvent event) {
            return switch (event.getLevel().levelInt) {
                case Level.ERROR_INT -> "3";
                case Level.WARN_INT -> "4";
                case Level.INFO_INT -> "6";
                default -> "7";
            };
        }
    }
}
