package io.capstan.fakes.s3;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/** An S3 server that keeps objects as files, and checks signatures if it is told to. */
public final class S3Server implements AutoCloseable {

    public static final String ACCESS_KEY = "test-access-key";
    public static final String SECRET_KEY = "test-secret-key";
    public static final String BUCKET = "tapes";

    private static final int STOP_MILLIS = 100;

    private final Path directory;
    private final S3Proxy proxy;

    private S3Server(Path directory, S3Proxy proxy) {
        this.directory = directory;
        this.proxy = proxy;
    }

    /**
     * Starts a server with an empty bucket.
     *
     * @param directory for its buckets
     * @param isSigned whether requests must be signed; not, where they come through an {@link S3Front}
     */
    public static S3Server start(Path directory, boolean isSigned) {
        S3Proxy.Builder builder =
                S3Proxy.builder()
                        .endpoint(URI.create("http://127.0.0.1:0"))
                        .stopTimeout(STOP_MILLIS)
                        .ignoreUnknownHeaders(true)
                        .blobStore(new FilesystemNio2BlobStore(directory.toString()));
        if (isSigned) {
            builder.awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, SECRET_KEY);
        }
        S3Server server = new S3Server(directory, builder.build());
        server.makeBucket();
        try {
            server.proxy.start();
        } catch (Exception e) {
            throw new IllegalStateException("the S3 server does not start", e);
        }
        return server;
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + proxy.getPort());
    }

    public void makeBucket() {
        try {
            Files.createDirectories(bucket());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Destroys the bucket and all in it. */
    public void destroyBucket() {
        try (Stream<Path> all = Files.walk(bucket())) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the bucket's objects are, each a file. */
    public Path bucket() {
        return directory.resolve(BUCKET);
    }

    /** Writes a file of credentials that fits, or does not. */
    public static Path writeCredentials(Path file, String secretKey) {
        try {
            Files.writeString(
                    file,
                    "[default]%naws_access_key_id = %s%naws_secret_access_key = %s%n"
                            .formatted(ACCESS_KEY, secretKey));
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            proxy.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the S3 server does not stop", e);
        }
    }
}
