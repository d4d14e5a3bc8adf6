package io.capstan.scsi.spc;

import io.capstan.scsi.Task;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The diagnostic pages of one logical unit for SEND DIAGNOSTIC and RECEIVE DIAGNOSTIC RESULTS. Page 00h, the list of the
 * others, is made here.
 *
 * @see "SPC-4, Diagnostic parameters"
 */
public final class DiagnosticPages {

    private static final int SUPPORTED_PAGES = 0x00;
    private static final int HEADER_BYTES = 4;

    private final TreeMap<Integer, Page> pages = new TreeMap<>();
    private int latestPageCode = SUPPORTED_PAGES;

    private record Page(Optional<Supplier<byte[]>> receive, Optional<Consumer<byte[]>> send) {}

    /** A device server without diagnostic pages of its own. */
    public DiagnosticPages() {
        pages.put(
                SUPPORTED_PAGES,
                new Page(Optional.of(this::supportedPages), Optional.of(parameters -> {})));
    }

    /** Adds a page that can be received: {@code body} gives what follows the four-byte header. */
    public DiagnosticPages addReceive(int pageCode, Supplier<byte[]> body) {
        Optional<Consumer<byte[]>> send =
                Optional.ofNullable(pages.get(pageCode)).flatMap(Page::send);
        pages.put(pageCode, new Page(Optional.of(body), send));
        return this;
    }

    /** Adds a page that can be sent: {@code action} gets what follows the four-byte header. */
    public DiagnosticPages addSend(int pageCode, Consumer<byte[]> action) {
        Optional<Supplier<byte[]>> receive =
                Optional.ofNullable(pages.get(pageCode)).flatMap(Page::receive);
        pages.put(pageCode, new Page(receive, Optional.of(action)));
        return this;
    }

    /** Executes the parameter list of SEND DIAGNOSTIC, which holds one page. */
    void send(SpcCommand.SendDiagnostic command, Task task) {
        if (!command.pageFormat()) {
            throw CheckConditionException.invalidFieldInCdb(1, 4);
        }
        ParameterListReader list = ParameterListReader.of(task, command.parameterListLengthBytes());
        list.require(0, HEADER_BYTES);
        int pageCode = list.u8(0);
        Optional<Consumer<byte[]>> action =
                Optional.ofNullable(pages.get(pageCode)).flatMap(Page::send);
        if (action.isEmpty()) {
            throw CheckConditionException.invalidFieldInParameterList(0);
        }
        byte[] parameters = list.bytes(HEADER_BYTES, list.u16(2));
        action.get().accept(parameters);
        latestPageCode = pageCode;
    }

    /** The response to RECEIVE DIAGNOSTIC RESULTS: the page asked for, or the one sent last. */
    byte[] receive(SpcCommand.ReceiveDiagnosticResults command) {
        if (!command.pageCodeValid() && command.pageCode() != 0) {
            throw CheckConditionException.invalidFieldInCdb(2);
        }
        int pageCode = command.pageCodeValid() ? command.pageCode() : latestPageCode;
        Optional<Supplier<byte[]>> body =
                Optional.ofNullable(pages.get(pageCode)).flatMap(Page::receive);
        if (body.isEmpty()) {
            throw CheckConditionException.invalidFieldInCdb(2);
        }
        return new ResponseBuilder()
                .u8(pageCode)
                .u8(0)
                .u16(0)
                .bytes(body.get().get())
                .putLengthU16(2)
                .toByteArray();
    }

    private byte[] supportedPages() {
        ResponseBuilder codes = new ResponseBuilder();
        pages.keySet().forEach(codes::u8);
        return codes.toByteArray();
    }
}
