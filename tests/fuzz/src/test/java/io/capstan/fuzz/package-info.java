/**
 * Fuzz targets for what comes from outside: files, configuration, requests. As tests they run the inputs kept beside them;
 * with {@code JAZZER_FUZZ=1} they look for new ones. Commands and rings have theirs in the rooms that decode them.
 *
 * <p>Checksums are made right after the input was put in, or nothing would get past them: whoever can write a file can
 * write its checksum.
 */
package io.capstan.fuzz;
