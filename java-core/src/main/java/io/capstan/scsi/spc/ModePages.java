package io.capstan.scsi.spc;

import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.Nexus;
import io.capstan.scsi.SenseKey;
import io.capstan.scsi.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The mode pages of one logical unit with their current values, and MODE SENSE and MODE SELECT over them.
 *
 * <p>Current values start as saved, or by default, and return to that at a reset. A device server reads them with {@link
 * #current} and is told of changes by MODE SELECT through {@link Builder#onChange}; it may itself set a page whose
 * content follows from elsewhere, as the medium partition page does from the medium.
 *
 * <p>MODE SELECT judges the whole parameter list before it changes anything, saves before it makes current, and so
 * either happens or does not. With SP it saves all saveable pages, those it did not bring included.
 *
 * <p>MODE SENSE(6) has no way to say that there are more than 256 bytes: pages that would end behind that are left out,
 * so that what it returns is true and can be parsed. Page 00h, unless a device has one, is a header and block
 * descriptors without pages, which is what tape drivers read at open.
 *
 * @see "SPC-4, MODE SELECT and MODE SENSE commands, Mode parameters"
 */
public final class ModePages {

    private static final int ALL_PAGES = 0x3F;
    private static final int ALL_SUBPAGES = 0xFF;
    private static final int NO_PAGE = 0x00;
    private static final int PS = 0x80;
    private static final int SPF = 0x40;
    private static final int SIX_BYTE_RESPONSE_MAX_BYTES = 256;
    private static final int LONGLBA_AT = 4;

    private final TreeMap<ModePageCode, Slot> slots = new TreeMap<>();
    private final ModeHeader header;
    private final Optional<SavedParameters> savedParameters;

    private ModePages(Builder builder) {
        header = builder.header;
        savedParameters = builder.savedParameters;
        builder.slots.forEach((code, slot) -> slots.put(code, slot));
        reset();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A page and what it holds now. */
    private static final class Slot {

        final ModePage page;
        @Nullable Supplier<byte[]> live;
        Consumer<byte[]> onChange = parameters -> {};
        byte[] current;

        /** What nexuses have for themselves of a page that each has; others have the default. */
        final Map<Nexus, byte[]> currentOfNexus = new HashMap<>();

        @Nullable BiConsumer<Nexus, byte[]> onChangeOfNexus;

        Slot(ModePage page) {
            this.page = page;
            this.current = page.defaults();
        }

        byte[] current() {
            return live == null ? current : live.get();
        }

        byte[] current(Nexus nexus) {
            return currentOfNexus.getOrDefault(nexus, current());
        }

        /** Gives the page to a nexus; the default takes no room. */
        void set(Nexus nexus, byte[] parameters) {
            if (Arrays.equals(parameters, page.defaults())) {
                currentOfNexus.remove(nexus);
            } else {
                currentOfNexus.put(nexus, parameters);
            }
        }

        /** A page that follows from something else, and that nobody can change, has what it is for a default. */
        byte[] defaults() {
            return live != null && page.isFixed() ? live.get() : page.defaults();
        }
    }

    /** Collects the pages. */
    public static final class Builder {

        private final Map<ModePageCode, Slot> slots = new TreeMap<>();
        private ModeHeader header = ModeHeader.NONE;
        private Optional<SavedParameters> savedParameters = Optional.empty();

        private Builder() {}

        /**
         * @throws IllegalArgumentException if the page is there already
         */
        public Builder add(ModePage page) {
            if (slots.putIfAbsent(page.code(), new Slot(page)) != null) {
                throw new IllegalArgumentException("two mode pages " + page.code());
            }
            return this;
        }

        /** Adds a page that is not stored: {@code live} gives its parameter bytes whenever they are wanted. */
        public Builder addLive(ModePage page, Supplier<byte[]> live) {
            add(page);
            slot(page.code()).live = live;
            return this;
        }

        /**
         * Adds a page that each I_T nexus has for itself. {@code listener} hears of each change, also where a reset or the loss
         * of the nexus brings the default back.
         *
         * @throws IllegalArgumentException if the page can be saved, which would be for whom?
         */
        public Builder addPerNexus(ModePage page, BiConsumer<Nexus, byte[]> listener) {
            if (page.saveable()) {
                throw new IllegalArgumentException(page.code() + " per nexus cannot be saved");
            }
            add(page);
            slot(page.code()).onChangeOfNexus = listener;
            return this;
        }

        /**
         * Calls {@code listener} with the new parameter bytes after MODE SELECT or a reset changed the page; so also
         * while this is built, where a saved page differs from its default.
         */
        public Builder onChange(ModePageCode code, Consumer<byte[]> listener) {
            slot(code).onChange = listener;
            return this;
        }

        public Builder header(ModeHeader newHeader) {
            header = newHeader;
            return this;
        }

        /** Without it nothing can be saved, and PS and SP say so. */
        public Builder savedParameters(SavedParameters store) {
            savedParameters = Optional.of(store);
            return this;
        }

        public ModePages build() {
            return new ModePages(this);
        }

        private Slot slot(ModePageCode code) {
            Slot slot = slots.get(code);
            if (slot == null) {
                throw new IllegalArgumentException("no mode page " + code);
            }
            return slot;
        }
    }

    /** The current parameter bytes of a page, without its header; a copy. */
    public byte[] current(ModePageCode code) {
        return slot(code).current().clone();
    }

    /** Sets the current parameter bytes of a page that follows from something else than MODE SELECT. */
    public void setCurrent(ModePageCode code, byte[] parameters) {
        slot(code).current = parameters.clone();
    }

    /** Returns all pages to their saved values, or else their defaults, as a reset does. */
    public void reset() {
        for (Slot slot : slots.values()) {
            List.copyOf(slot.currentOfNexus.keySet()).forEach(nexus -> forget(slot, nexus));
            byte[] former = slot.current;
            slot.current = saved(slot);
            if (!Arrays.equals(former, slot.current)) {
                slot.onChange.accept(slot.current.clone());
            }
        }
    }

    /** A nexus is lost: what pages it had for itself go back to their defaults. */
    public void forget(Nexus nexus) {
        slots.values().forEach(slot -> forget(slot, nexus));
    }

    private static void forget(Slot slot, Nexus nexus) {
        BiConsumer<Nexus, byte[]> listener = slot.onChangeOfNexus;
        if (slot.currentOfNexus.remove(nexus) != null && listener != null) {
            listener.accept(nexus, slot.page.defaults());
        }
    }

    /** The whole response to MODE SENSE from a nexus, before any allocation length. */
    byte[] sense(SpcCommand.ModeSense command, Nexus nexus) {
        if (command.pageControl() == PageControl.SAVED && savedParameters.isEmpty()) {
            throw CheckConditionException.of(
                    SenseKey.ILLEGAL_REQUEST, AdditionalSense.SAVING_PARAMETERS_NOT_SUPPORTED);
        }
        byte[] blockDescriptors =
                command.blockDescriptorsDisabled()
                        ? new byte[0]
                        : header.blockDescriptors(command.pageControl());
        ResponseBuilder response = new ResponseBuilder();
        putHeader(response, command.tenByte(), blockDescriptors.length);
        response.bytes(blockDescriptors);
        int room = command.tenByte() ? 0xFFFF + 2 : SIX_BYTE_RESPONSE_MAX_BYTES;
        for (Slot slot : selected(command)) {
            byte[] page = encode(slot, command.pageControl(), nexus);
            if (response.lengthBytes() + page.length <= room) {
                response.bytes(page);
            }
        }
        if (command.tenByte()) {
            response.putU16(0, response.lengthBytes() - 2);
        } else {
            response.putU8(0, response.lengthBytes() - 1);
        }
        return response.toByteArray();
    }

    private void putHeader(ResponseBuilder response, boolean tenByte, int blockDescriptorsBytes) {
        if (tenByte) {
            response.u16(0)
                    .u8(header.mediumType())
                    .u8(header.deviceSpecificParameter())
                    .u16(0)
                    .u16(blockDescriptorsBytes);
        } else {
            response.u8(0)
                    .u8(header.mediumType())
                    .u8(header.deviceSpecificParameter())
                    .u8(blockDescriptorsBytes);
        }
    }

    private List<Slot> selected(SpcCommand.ModeSense command) {
        int page = command.pageCode();
        int subpage = command.subpageCode();
        if (page == ALL_PAGES && subpage != 0 && subpage != ALL_SUBPAGES) {
            throw CheckConditionException.invalidFieldInCdb(3);
        }
        List<Slot> found = new ArrayList<>();
        boolean pageKnown = false;
        for (Slot slot : slots.values()) {
            ModePageCode code = slot.page.code();
            boolean pageMatches = page == ALL_PAGES || page == code.page();
            pageKnown |= pageMatches;
            if (pageMatches && (subpage == ALL_SUBPAGES || subpage == code.subpage())) {
                found.add(slot);
            }
        }
        if (!found.isEmpty() || page == ALL_PAGES || (page == NO_PAGE && subpage == 0)) {
            return found;
        }
        throw pageKnown
                ? CheckConditionException.invalidFieldInCdb(3)
                : CheckConditionException.invalidFieldInCdb(2, 5);
    }

    private byte[] encode(Slot slot, PageControl pageControl, Nexus nexus) {
        byte[] parameters =
                switch (pageControl) {
                    case CURRENT -> slot.current(nexus);
                    case CHANGEABLE -> slot.page.changeable(slot.current().length);
                    case DEFAULT -> slot.defaults();
                    case SAVED -> saved(slot);
                };
        ModePageCode code = slot.page.code();
        int ps = slot.page.saveable() && savedParameters.isPresent() ? PS : 0;
        ResponseBuilder page = new ResponseBuilder();
        if (code.subpage() == 0) {
            page.u8(ps | code.page()).u8(parameters.length);
        } else {
            page.u8(ps | SPF | code.page()).u8(code.subpage()).u16(parameters.length);
        }
        return page.bytes(parameters).toByteArray();
    }

    private byte[] saved(Slot slot) {
        return savedParameters
                .filter(store -> slot.page.saveable())
                .flatMap(store -> store.load(slot.page.code()))
                .filter(saved -> saved.length == slot.page.defaults().length)
                .orElseGet(slot.page::defaults);
    }

    /**
     * Executes MODE SELECT.
     *
     * @return whether it changed parameters of other I_T nexuses
     */
    boolean select(SpcCommand.ModeSelect command, Task task) {
        if (command.savePages() && savedParameters.isEmpty()) {
            throw CheckConditionException.invalidFieldInCdb(1, 0);
        }
        if (command.parameterListLengthBytes() == 0) {
            saveIf(command.savePages(), Map.of());
            return false;
        }
        ParameterListReader list = ParameterListReader.of(task, command.parameterListLengthBytes());
        ModeSelectHeader selected = readHeader(list, command.tenByte());
        header.check(selected);
        int pagesAt = selected.headerLengthBytes() + selected.blockDescriptor().length;
        if (pagesAt < list.lengthBytes() && !command.pageFormat()) {
            throw CheckConditionException.invalidFieldInCdb(1, 4);
        }
        Map<Slot, byte[]> proposed = readPages(list, pagesAt, task.nexus());
        saveIf(command.savePages(), proposed);
        boolean headerChanged = header.apply(selected);
        boolean pagesChanged = apply(proposed, task.nexus());
        return headerChanged || pagesChanged;
    }

    private static ModeSelectHeader readHeader(ParameterListReader list, boolean tenByte) {
        int headerLengthBytes =
                tenByte ? ModeSelectHeader.HEADER_10_BYTES : ModeSelectHeader.HEADER_6_BYTES;
        list.require(0, headerLengthBytes);
        if (tenByte && list.bit(LONGLBA_AT, 0)) {
            throw CheckConditionException.invalidFieldInParameterList(LONGLBA_AT, 0);
        }
        int blockDescriptorBytes = tenByte ? list.u16(6) : list.u8(3);
        if (blockDescriptorBytes != 0
                && blockDescriptorBytes != ModeHeader.BLOCK_DESCRIPTOR_BYTES) {
            throw CheckConditionException.invalidFieldInParameterList(tenByte ? 6 : 3);
        }
        return new ModeSelectHeader(
                headerLengthBytes,
                list.u8(tenByte ? 2 : 1),
                list.u8(tenByte ? 3 : 2),
                list.bytes(headerLengthBytes, blockDescriptorBytes));
    }

    private Map<Slot, byte[]> readPages(ParameterListReader list, int pagesAt, Nexus nexus) {
        Map<Slot, byte[]> proposed = new LinkedHashMap<>();
        int at = pagesAt;
        while (at < list.lengthBytes()) {
            at = readPage(list, at, nexus, proposed);
        }
        return proposed;
    }

    /** Reads and judges the page at {@code at}; returns where the next one begins. */
    private int readPage(
            ParameterListReader list, int at, Nexus nexus, Map<Slot, byte[]> proposed) {
        int page = list.u8(at) & 0x3F;
        boolean isSubpage = list.bit(at, 6);
        int subpage = isSubpage ? list.u8(at + 1) : 0;
        int lengthAt = isSubpage ? at + 2 : at + 1;
        int lengthBytes = isSubpage ? list.u16(lengthAt) : list.u8(lengthAt);
        int parametersAt = isSubpage ? at + 4 : at + 2;
        Slot slot = known(page, subpage, at);
        byte[] former = slot.current(nexus);
        if (lengthBytes != former.length) {
            throw CheckConditionException.invalidFieldInParameterList(lengthAt);
        }
        byte[] parameters = list.bytes(parametersAt, lengthBytes);
        refuseUnchangeable(former, parameters, slot.page.changeable(lengthBytes), parametersAt);
        OptionalInt invalid = slot.page.check().firstInvalid(parameters);
        if (invalid.isPresent()) {
            throw CheckConditionException.invalidFieldInParameterList(
                    parametersAt + invalid.getAsInt());
        }
        proposed.put(slot, parameters);
        return parametersAt + lengthBytes;
    }

    private Slot known(int page, int subpage, int at) {
        if (page == ALL_PAGES) {
            throw CheckConditionException.invalidFieldInParameterList(at, 5);
        }
        Slot slot = subpage == ALL_SUBPAGES ? null : slots.get(ModePageCode.of(page, subpage));
        if (slot == null) {
            boolean pageKnown =
                    slots.keySet().stream().anyMatch(code -> subpage != 0 && code.page() == page);
            throw pageKnown
                    ? CheckConditionException.invalidFieldInParameterList(at + 1)
                    : CheckConditionException.invalidFieldInParameterList(at, 5);
        }
        return slot;
    }

    private static void refuseUnchangeable(
            byte[] former, byte[] proposed, byte[] changeable, int parametersAt) {
        for (int at = 0; at < proposed.length; at++) {
            int refused = (former[at] ^ proposed[at]) & ~changeable[at] & 0xFF;
            if (refused != 0) {
                int bit = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(refused);
                throw CheckConditionException.invalidFieldInParameterList(parametersAt + at, bit);
            }
        }
    }

    private void saveIf(boolean savePages, Map<Slot, byte[]> proposed) {
        if (!savePages) {
            return;
        }
        Map<ModePageCode, byte[]> pages = new TreeMap<>();
        for (Slot slot : slots.values()) {
            if (slot.page.saveable()) {
                pages.put(slot.page.code(), proposed.getOrDefault(slot, slot.current()));
            }
        }
        savedParameters.orElseThrow().save(pages);
    }

    /** Returns whether pages changed that other nexuses have too. */
    private static boolean apply(Map<Slot, byte[]> proposed, Nexus nexus) {
        boolean changed = false;
        for (Map.Entry<Slot, byte[]> entry : proposed.entrySet()) {
            Slot slot = entry.getKey();
            byte[] parameters = entry.getValue();
            BiConsumer<Nexus, byte[]> listenerOfNexus = slot.onChangeOfNexus;
            if (Arrays.equals(slot.current(nexus), parameters)) {
                continue;
            }
            if (listenerOfNexus != null) {
                slot.set(nexus, parameters);
                listenerOfNexus.accept(nexus, parameters.clone());
            } else {
                slot.current = parameters;
                slot.onChange.accept(parameters.clone());
                changed = true;
            }
        }
        return changed;
    }

    private Slot slot(ModePageCode code) {
        Slot slot = slots.get(code);
        if (slot == null) {
            throw new IllegalArgumentException("no mode page " + code);
        }
        return slot;
    }
}
