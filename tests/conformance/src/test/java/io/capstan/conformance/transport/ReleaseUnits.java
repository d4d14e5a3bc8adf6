package io.capstan.conformance.transport;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Leaves nothing of a test to the next one. */
public final class ReleaseUnits implements AfterEachCallback {

    @Override
    public void afterEach(ExtensionContext context) {
        ChosenTransport.release();
    }
}
