package io.capstan.scsi.spc;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalInt;

/**
 * One mode page as a device defines it: parameters behind the page header by their default and by what MODE SELECT may
 * change.
 *
 * <p>The header is 2 bytes for a page and 4 for a subpage and made by {@link ModePages}; offsets here count from the
 * first byte behind it.
 *
 * @param defaults parameter bytes as manufactured
 * @param changeable ones where MODE SELECT may change a bit; short ones are filled with zeros
 * @param saveable PS: MODE SELECT with SP saves the page
 * @param check what a changed page must satisfy beyond the mask
 */
public record ModePage(
        ModePageCode code, byte[] defaults, byte[] changeable, boolean saveable, Check check) {

    /** Judges what MODE SELECT wants to set, before anything changes. */
    @FunctionalInterface
    public interface Check {

        /**
         * @param proposed parameter bytes of the page, the changeable bits as the initiator wants them; borrowed
         * @return the offset of the first byte with an unsupported value, or empty if all are fine
         */
        OptionalInt firstInvalid(byte[] proposed);
    }

    public ModePage {
        defaults = defaults.clone();
        changeable = changeable.clone();
        int lengthMaxBytes = code.subpage() == 0 ? 0xFF : 0xFFFF;
        if (defaults.length == 0 || defaults.length > lengthMaxBytes) {
            throw new IllegalArgumentException(code + ": " + defaults.length + " bytes");
        }
    }

    /** A page of which nothing can be changed. */
    public static ModePage fixed(ModePageCode code, byte[] defaults) {
        return new ModePage(code, defaults, new byte[0], false, proposed -> OptionalInt.empty());
    }

    /** A page of which nothing can be changed, in hexadecimal. */
    public static ModePage fixed(ModePageCode code, String defaultsHex) {
        return fixed(code, parse(defaultsHex));
    }

    /** A page of which the bits in {@code changeable} can be changed, and saved. */
    public static ModePage changeable(ModePageCode code, byte[] defaults, byte[] changeable) {
        return new ModePage(code, defaults, changeable, true, proposed -> OptionalInt.empty());
    }

    /** A page of which the bits in {@code changeableHex} can be changed, and saved; in hexadecimal. */
    public static ModePage changeable(ModePageCode code, String defaultsHex, String changeableHex) {
        return changeable(code, parse(defaultsHex), parse(changeableHex));
    }

    /** The same page, which MODE SELECT changes only to what passes {@code newCheck}. */
    public ModePage withCheck(Check newCheck) {
        return new ModePage(code, defaults, changeable, saveable, newCheck);
    }

    /** The same page, which cannot be saved. */
    public ModePage notSaveable() {
        return new ModePage(code, defaults, changeable, false, check);
    }

    @Override
    public byte[] defaults() {
        return defaults.clone();
    }

    @Override
    public byte[] changeable() {
        return changeable.clone();
    }

    /** Whether MODE SELECT can change nothing of it. */
    boolean isFixed() {
        return new BigInteger(1, changeable).signum() == 0;
    }

    /** The mask at the length the page has now. */
    byte[] changeable(int lengthBytes) {
        return Arrays.copyOf(changeable, lengthBytes);
    }

    private static byte[] parse(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }
}
