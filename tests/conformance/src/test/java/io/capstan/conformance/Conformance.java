package io.capstan.conformance;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says what a conformance test class is about: its line of {@code docs/CONFORMANCE.md}, which {@link ConformancePage} makes of
 * these. Put it on every class with tests, then run {@code make conformance}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Conformance {

    /**
     * The command, page or attribute, in the words of the standard: {@code WRITE(6)}, {@code mode page 0Fh}, {@code log page
     * 17h}, {@code VPD pages}; {@code replay of CLIENT} for what a client sends and checks.
     */
    String subject();

    /** The standard and the clause, by its title: {@code SSC-4, WRITE(6) command}. */
    String standard();

    Support supported() default Support.YES;

    /** Clients that use it, and were seen to work with it: in {@code tests/clients}, or replayed here. */
    String[] clients() default {};

    /** What of it is there. */
    enum Support {
        YES("yes"),
        /** The test says which part. */
        PARTLY("partly"),
        /** It is refused with the sense data that the standard has for that. */
        REFUSED("refused");

        private final String text;

        Support(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }
}
