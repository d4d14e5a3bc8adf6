package io.capstan.scsi.spc;

import io.capstan.scsi.Task;
import java.util.List;
import java.util.TreeMap;

/**
 * The log pages of one logical unit, and LOG SENSE and LOG SELECT over them. Pages 00h and 00h/FFh, the lists of the
 * others, are made here.
 *
 * <p>A page that reading clears (TapeAlert) is cleared only when the initiator was given all of it: the allocation length
 * and the transport's buffer took every byte and the parameter pointer left nothing out. An initiator that asks for the
 * four header bytes first to learn the length does not lose flags.
 *
 * @see "SPC-4, LOG SELECT and LOG SENSE commands, Log parameters"
 */
public final class LogPages {

    private static final int DISABLE_SAVE = 0x80;
    private static final int SUBPAGE_FORMAT = 0x40;
    private static final int ALL_SUBPAGES = 0xFF;
    private static final int SUPPORTED_PAGES = 0x00;

    private final TreeMap<Integer, LogPage> pages;

    private LogPages(Builder builder) {
        pages = new TreeMap<>(builder.pages);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Collects the pages. */
    public static final class Builder {

        private final TreeMap<Integer, LogPage> pages = new TreeMap<>();

        private Builder() {}

        /**
         * @throws IllegalArgumentException if the page is there already
         */
        public Builder add(LogPage page) {
            if (pages.putIfAbsent(key(page.page(), page.subpage()), page) != null) {
                throw new IllegalArgumentException("two log pages " + page.page());
            }
            return this;
        }

        public LogPages build() {
            return new LogPages(this);
        }
    }

    /** Executes LOG SENSE into the task's Data-In Buffer. */
    void sense(SpcCommand.LogSense command, Task task) {
        if (command.savePages()) {
            throw CheckConditionException.invalidFieldInCdb(1, 0);
        }
        if (isList(command)) {
            task.dataIn().put(list(command), command.allocationLengthBytes());
            return;
        }
        LogPage page = pages.get(key(command.pageCode(), command.subpageCode()));
        if (page == null) {
            throw unknown(command.pageCode(), command.subpageCode());
        }
        List<LogParameter> all = page.parameters().get();
        List<LogParameter> wanted =
                all.stream().filter(one -> one.code() >= command.parameterPointer()).toList();
        if (wanted.isEmpty() && command.parameterPointer() != 0) {
            throw CheckConditionException.invalidFieldInCdb(5);
        }
        byte[] response = encode(page, wanted, command.pageControl());
        task.dataIn().put(response, command.allocationLengthBytes());
        boolean whole = wanted.size() == all.size();
        if (whole && task.dataIn().transferredBytes() == response.length) {
            page.delivered().run();
        }
    }

    /**
     * Executes LOG SELECT: resets, and nothing else, because no parameter can be set.
     *
     * @return whether anything was reset
     */
    boolean select(SpcCommand.LogSelect command) {
        if (command.savePages()) {
            throw CheckConditionException.invalidFieldInCdb(1, 0);
        }
        if (command.parameterListLengthBytes() != 0) {
            throw CheckConditionException.invalidFieldInCdb(7);
        }
        List<LogPage> selected = selected(command.pageCode(), command.subpageCode());
        boolean resets =
                command.parameterCodeReset()
                        || command.pageControl() == LogPageControl.DEFAULT_CUMULATIVE;
        if (resets) {
            selected.forEach(page -> page.reset().run());
        }
        return resets;
    }

    /** Page 00h stands for all pages, subpage FFh for all subpages. */
    private List<LogPage> selected(int pageCode, int subpageCode) {
        boolean anyPage = pageCode == SUPPORTED_PAGES;
        boolean anySubpage = subpageCode == ALL_SUBPAGES || (anyPage && subpageCode == 0);
        List<LogPage> selected =
                pages.values().stream()
                        .filter(page -> anyPage || page.page() == pageCode)
                        .filter(page -> anySubpage || page.subpage() == subpageCode)
                        .toList();
        if (selected.isEmpty() && !(anyPage && anySubpage)) {
            throw unknown(pageCode, subpageCode);
        }
        return selected;
    }

    private static boolean isList(SpcCommand.LogSense command) {
        return command.subpageCode() == ALL_SUBPAGES
                || (command.pageCode() == SUPPORTED_PAGES && command.subpageCode() == 0);
    }

    /** Page 00h: page codes. Page 00h/FFh: all pages and subpages. Page xx/FFh: the subpages of one page. */
    private byte[] list(SpcCommand.LogSense command) {
        boolean withSubpages = command.subpageCode() == ALL_SUBPAGES;
        int page = command.pageCode();
        ResponseBuilder response = new ResponseBuilder();
        putHeader(response, page, command.subpageCode());
        if (page == SUPPORTED_PAGES) {
            putCode(response, SUPPORTED_PAGES, 0, withSubpages);
            if (withSubpages) {
                putCode(response, SUPPORTED_PAGES, ALL_SUBPAGES, true);
            }
        }
        int latest = SUPPORTED_PAGES;
        boolean known = page == SUPPORTED_PAGES;
        for (LogPage each : pages.values()) {
            boolean listed = page == SUPPORTED_PAGES || page == each.page();
            known |= listed;
            if (listed && (withSubpages || each.page() != latest)) {
                putCode(response, each.page(), each.subpage(), withSubpages);
                latest = each.page();
            }
        }
        if (!known) {
            throw unknown(page, command.subpageCode());
        }
        return response.putLengthU16(2).toByteArray();
    }

    private static void putCode(
            ResponseBuilder response, int page, int subpage, boolean withSubpages) {
        response.u8(page);
        if (withSubpages) {
            response.u8(subpage);
        }
    }

    private static byte[] encode(
            LogPage page, List<LogParameter> parameters, LogPageControl pageControl) {
        ResponseBuilder response = new ResponseBuilder();
        putHeader(response, page.page(), page.subpage());
        for (LogParameter parameter : parameters) {
            parameter.as(pageControl).encode(response);
        }
        return response.putLengthU16(2).toByteArray();
    }

    /** DS is set: no parameter is saved. */
    private static void putHeader(ResponseBuilder response, int page, int subpage) {
        response.u8(DISABLE_SAVE | (subpage == 0 ? 0 : SUBPAGE_FORMAT) | page).u8(subpage).u16(0);
    }

    private CheckConditionException unknown(int page, int subpage) {
        boolean pageKnown =
                subpage != 0 && pages.values().stream().anyMatch(each -> each.page() == page);
        return pageKnown
                ? CheckConditionException.invalidFieldInCdb(3)
                : CheckConditionException.invalidFieldInCdb(2, 5);
    }

    private static int key(int page, int subpage) {
        return page << 8 | subpage;
    }
}
