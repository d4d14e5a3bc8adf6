package io.capstan.iscsi;

import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Addresses as initiators know them: {@code 192.0.2.7:3260}, {@code [2001:db8::7]:3260}. */
final class SocketAddressText {

    private SocketAddressText() {}

    /**
     * An IPv6 address is written in its shortest form, which is how initiators write it in their own records, and without
     * a zone, which means something on this host alone.
     *
     * @see "RFC 5952, 4; RFC 7143, 13.8 TargetAddress"
     */
    static String of(SocketAddress address) {
        return address instanceof InetSocketAddress internet && internet.getAddress() != null
                ? NetUtil.toSocketAddressString(
                        NetUtil.toAddressString(internet.getAddress()), internet.getPort())
                : String.valueOf(address);
    }
}
