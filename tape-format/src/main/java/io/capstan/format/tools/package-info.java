/**
 * What a person does to chunk files and labels by hand: dump, verify, extract, with no catalog and no daemon.
 *
 * <p>May import the format and the JDK. Parses no command line and prints nothing by itself. Start reading at {@link
 * io.capstan.format.tools.FormatVerify}.
 */
@NullMarked
package io.capstan.format.tools;

import org.jspecify.annotations.NullMarked;
