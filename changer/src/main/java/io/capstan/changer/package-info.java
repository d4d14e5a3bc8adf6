/**
 * The SMC device server and the library model.
 *
 * <p>Start at {@link io.capstan.changer.Library}: elements, what is in them, and in which order drives and the catalog learn
 * of a move. {@link io.capstan.changer.MediumChanger} makes the logical unit that hosts see of it, {@link
 * io.capstan.changer.SmcCommands} is its command table, {@link io.capstan.changer.ChangerPersonality} what it looks like.
 *
 * <p>May import {@code scsi} and {@code catalog}, and a drive only through {@link
 * io.capstan.changer.DataTransferElement}.
 */
@NullMarked
package io.capstan.changer;

import org.jspecify.annotations.NullMarked;
