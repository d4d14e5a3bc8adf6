/**
 * Personalities are data: the strict reader of the files in which drives and changers have them. What the keys mean is known to
 * the rooms that ask for them.
 *
 * <p>May import the JDK alone.
 */
@NullMarked
package io.capstan.scsi.personality;

import org.jspecify.annotations.NullMarked;
