package io.capstan.smart.collect;

import io.capstan.smart.history.DiskTraits.DiskClass;
import java.util.Locale;

/**
 * What tells a disk from all others, and what kind it is. Empty strings where the disk does not say.
 *
 * @param worldWideName WWN, EUI-64 or NGUID in hexadecimal
 * @param maker short: HGST, ST (Seagate), WDC, TOSHIBA, SAMSUNG …
 * @param family as smartctl's drive database names it
 */
public record DiskIdentity(
        DiskClass diskClass,
        String worldWideName,
        String serial,
        String maker,
        String family,
        String model,
        String firmware,
        long capacityBytes) {

    /** A name for files and commands that stays the same wherever the disk is plugged in. */
    public String id() {
        String name = serial.isEmpty() ? worldWideName : model + "_" + serial;
        return name.replaceAll("[^A-Za-z0-9._-]+", "_");
    }

    /** The model without the suffix by which makers tell customers and revisions apart: what rates are grouped by. */
    public String modelGroup() {
        int dash = model.indexOf('-');
        boolean hasSuffix = dash > 0 && (maker.equals("ST") || maker.equals("WDC"));
        return hasSuffix ? model.substring(0, dash) : model;
    }

    /** The maker of a model, by the way makers name their models. */
    static String makerOf(String model) {
        String upper = model.toUpperCase(Locale.ROOT).strip();
        if (upper.matches("ST\\d.*") || upper.startsWith("SEAGATE")) {
            return "ST";
        }
        if (upper.startsWith("HGST")
                || upper.startsWith("HITACHI")
                || upper.matches("H[UMTD]\\w\\d.*")) {
            return "HGST";
        }
        if (upper.startsWith("WD") || upper.matches("WU[HS]\\d.*")) {
            return "WDC";
        }
        int end = 0;
        while (end < upper.length() && Character.isLetter(upper.charAt(end))) {
            end++;
        }
        return end == 0 ? "OTHER" : upper.substring(0, end);
    }
}
