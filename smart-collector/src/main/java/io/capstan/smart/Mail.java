package io.capstan.smart;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands alarms to the system's mailer, {@code sendmail}, each on a thread of its own. */
public final class Mail implements Notifier {

    private static final Logger LOG = LoggerFactory.getLogger(Mail.class);
    private static final int LIMIT_SECONDS = 60;

    private final Path sendmail;
    private final String recipient;

    /**
     * @throws IllegalArgumentException if the recipient is no plain address
     */
    public Mail(Path sendmail, String recipient) {
        if (!recipient.matches("[^\\s@<>]+(@[^\\s@<>]+)?") || recipient.startsWith("-")) {
            throw new IllegalArgumentException("not an address to send mail to: " + recipient);
        }
        this.sendmail = sendmail;
        this.recipient = recipient;
    }

    @Override
    public void tell(Alarm alarm, boolean ended) {
        Thread.ofVirtual().name("alarm mail").start(() -> send(message(alarm, ended)));
    }

    private String message(Alarm alarm, boolean ended) {
        String subject =
                (ended ? "ended: " : "")
                        + alarm.severity().name().toLowerCase(java.util.Locale.ROOT);
        return """
        To: %s
        Subject: [capstan] disk %s: %s
        Content-Type: text/plain; charset=utf-8

        %s

        capstan disk show %s
        """
                .formatted(
                        recipient,
                        oneLine(alarm.disk()),
                        subject,
                        alarm.message(),
                        oneLine(alarm.disk()));
    }

    /** What a disk says of itself must not make headers. */
    private static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ");
    }

    private void send(String message) {
        try {
            Process process =
                    new ProcessBuilder(List.of(sendmail.toString(), "-i", "-t"))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            try (OutputStream body = process.getOutputStream()) {
                body.write(message.getBytes(StandardCharsets.UTF_8));
            }
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                LOG.warn("{} did not end in {} s; an alarm may be lost", sendmail, LIMIT_SECONDS);
            } else if (process.exitValue() != 0) {
                LOG.warn("{} ended with {}; an alarm is lost", sendmail, process.exitValue());
            }
        } catch (IOException e) {
            LOG.warn("an alarm was not mailed: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
