package io.capstan.fakes.s3;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * An S3 server in a process of its own, which checks no signatures. Its archive hands out what it was asked for as long as there
 * is a file {@code hand-out} in its directory. It says {@code s3: ready} once it can be reached, and ends when it is killed.
 */
public final class S3Process {

    private static final int POLL_MILLIS = 100;

    private S3Process() {}

    /**
     * @param arguments directory for its bucket, port on loopback
     */
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        S3Server server = S3Server.start(directory, false);
        S3Front front = S3Front.start(server.endpoint(), Integer.parseInt(arguments[1]));
        S3Server.writeCredentials(directory.resolve("credentials"), S3Server.SECRET_KEY);
        System.out.println("s3: ready");
        while (true) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            if (Files.exists(directory.resolve("hand-out"))) {
                front.completeRestores();
            }
        }
    }
}
