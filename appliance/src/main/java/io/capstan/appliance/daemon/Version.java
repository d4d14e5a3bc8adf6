package io.capstan.appliance.daemon;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The product's version, from the manifest of its jar. */
public final class Version implements IVersionProvider {

    /** For example {@code 0.1.0}; {@code development} when not run from a jar. */
    public static String text() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    @Override
    public String[] getVersion() {
        return new String[] {"capstan " + text()};
    }
}
