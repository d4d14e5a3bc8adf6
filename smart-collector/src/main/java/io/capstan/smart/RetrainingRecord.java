package io.capstan.smart;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.capstan.smart.history.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The last attempt to learn a better model.
 *
 * @param atSeconds since 1970; 0 if there was none
 * @param promoted whether the model that it came to predicts now
 * @param reason why, or why not
 */
public record RetrainingRecord(long atSeconds, boolean promoted, String reason) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FILE = "retraining.json";

    static RetrainingRecord read(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        return Files.exists(file)
                ? JSON.readValue(Files.readAllBytes(file), RetrainingRecord.class)
                : new RetrainingRecord(0, false, "");
    }

    void write(Path directory) throws IOException {
        WholeFile.replace(directory.resolve(FILE), JSON.writeValueAsBytes(this));
    }
}
