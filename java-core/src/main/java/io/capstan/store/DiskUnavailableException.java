package io.capstan.store;

import java.io.IOException;

/** A disk is not asked: it failed, did not answer, is missing, or was taken out of service. It was reported when that came to light. */
public final class DiskUnavailableException extends IOException {
    DiskUnavailableException(String message) {
        super(message);
    }
}
