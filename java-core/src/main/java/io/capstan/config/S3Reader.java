package io.capstan.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads what a tier of kind {@code s3} says of its bucket. */
final class S3Reader {

    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final Pattern PREFIX =
            Pattern.compile(
                    "(?=.{1,256}$)[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*/?");
    private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,64}");
    private static final Pattern ENDPOINT =
            Pattern.compile("https?://([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:]+])(:[0-9]{1,5})?/?");

    private static final long PART_MIN_BYTES = 5L << 20;
    private static final long PART_MAX_BYTES = 64L << 20;

    private final Problems problems;

    S3Reader(Problems problems) {
        this.problems = problems;
    }

    S3Settings read(Section section) {
        if (section.value("bucket").isEmpty()) {
            section.problem("bucket", "is missing");
        }
        Optional<URI> endpoint =
                section.text("endpoint", ENDPOINT, "http:// or https://, a host and perhaps a port")
                        .map(URI::create);
        S3Settings s3 =
                new S3Settings(
                        section.text(
                                        "bucket",
                                        BUCKET,
                                        "a bucket's name: 3 to 63 of a-z, 0-9, '.' and '-'")
                                .orElse(""),
                        section.text(
                                        "prefix",
                                        PREFIX,
                                        "words of letters, digits, '.', '_' and '-' with slashes between")
                                .map(prefix -> prefix.endsWith("/") ? prefix : prefix + "/")
                                .orElse(""),
                        section.text("region", REGION, "a region's name")
                                .orElse(S3Settings.REGION_DEFAULT),
                        endpoint,
                        section.flag("path-style", endpoint.isPresent()),
                        section.value("credentials-file")
                                .map(value -> section.path("credentials-file", Path.of("/"))),
                        word(
                                section,
                                "storage-class",
                                S3Settings.StorageClass.values(),
                                S3Settings.StorageClass.STANDARD),
                        word(
                                section,
                                "retrieval",
                                S3Settings.Retrieval.values(),
                                S3Settings.Retrieval.STANDARD),
                        section.integer("recalled-days", 1, 365, S3Settings.RECALLED_DEFAULT_DAYS),
                        section.integer("poll-seconds", 1, 86_400, S3Settings.POLL_DEFAULT_SECONDS),
                        (int)
                                section.size(
                                        "part-size",
                                        PART_MIN_BYTES,
                                        PART_MAX_BYTES,
                                        S3Settings.PART_DEFAULT_BYTES),
                        section.integer(
                                "timeout-seconds", 1, 3600, S3Settings.TIMEOUT_DEFAULT_SECONDS),
                        section.flag("read-back", false),
                        section.constant("lock-mode", List.of(S3Settings.LockMode.values())),
                        section.integer("lock-days", 1, 36_500, S3Settings.LOCK_DEFAULT_DAYS));
        if (section.value("lock-days").isPresent() && s3.lockMode().isEmpty()) {
            section.problem("lock-days", "nothing is locked without lock-mode");
        }
        if (s3.storageClass() == S3Settings.StorageClass.DEEP_ARCHIVE
                && s3.retrieval() == S3Settings.Retrieval.EXPEDITED) {
            section.problem("retrieval", "storage class deep-archive has none that is expedited");
        }
        if (section.value("bucket").isPresent()) {
            problems.take(
                    "tier bucket",
                    endpoint.map(URI::toString).orElse("s3")
                            + " "
                            + s3.bucket()
                            + "/"
                            + s3.prefix(),
                    section.location("bucket"),
                    section.path("bucket"));
        }
        return s3;
    }

    private static <E extends Enum<E>> E word(
            Section section, String key, E[] constants, E byDefault) {
        Map<String, E> words =
                Arrays.stream(constants)
                        .collect(
                                Collectors.toMap(
                                        constant ->
                                                constant.name()
                                                        .toLowerCase(Locale.ROOT)
                                                        .replace('_', '-'),
                                        Function.identity()));
        return section.word(key, words.keySet()).map(words::get).orElse(byDefault);
    }
}
