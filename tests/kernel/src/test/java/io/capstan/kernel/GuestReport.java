package io.capstan.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one guest script reported: {@code NAME.tap} with one line for each check, {@code # } lines of detail after a failed
 * one and the plan {@code 1..N} at the end, and {@code NAME.status} with its exit status.
 *
 * @param script name of the script, without suffix
 * @param checks in the order in which they were made
 * @param plannedCount what the plan says, empty when the script did not come to its end
 * @param exitStatus empty when the guest ended before the script
 */
record GuestReport(
        String script,
        List<Check> checks,
        Optional<Integer> plannedCount,
        Optional<Integer> exitStatus) {

    /** One line {@code ok N - name} or {@code not ok N - name}. */
    record Check(String name, boolean passed, String detail) {}

    private static final Pattern CHECK = Pattern.compile("(not )?ok(?: \\d+)? - (.*)");
    private static final Pattern PLAN = Pattern.compile("1\\.\\.(\\d+)");

    static GuestReport read(String script, Path directory) {
        List<Check> checks = new ArrayList<>();
        Optional<Integer> plan = Optional.empty();
        for (String line : lines(directory.resolve(script + ".tap"))) {
            Matcher check = CHECK.matcher(line);
            Matcher planned = PLAN.matcher(line);
            if (check.matches()) {
                checks.add(new Check(check.group(2), check.group(1) == null, ""));
            } else if (planned.matches()) {
                plan = Optional.of(Integer.valueOf(planned.group(1)));
            } else if (line.startsWith("#") && !checks.isEmpty()) {
                Check last = checks.removeLast();
                checks.add(new Check(last.name(), last.passed(), last.detail() + line + "\n"));
            }
        }
        Optional<Integer> status =
                lines(directory.resolve(script + ".status")).stream()
                        .findFirst()
                        .map(line -> Integer.valueOf(line.split(" ", 2)[0]));
        return new GuestReport(script, List.copyOf(checks), plan, status);
    }

    /** The script made every check it meant to, and its exit status says what the checks say. */
    boolean isComplete() {
        boolean allPassed = checks.stream().allMatch(Check::passed);
        return plannedCount.equals(Optional.of(checks.size()))
                && exitStatus.equals(Optional.of(allPassed ? 0 : 1));
    }

    String describeEnd() {
        return "%s: %d checks made, plan %s, exit status %s"
                .formatted(
                        script,
                        checks.size(),
                        plannedCount.map(Object::toString).orElse("missing"),
                        exitStatus.map(Object::toString).orElse("missing"));
    }

    private static List<String> lines(Path file) {
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
