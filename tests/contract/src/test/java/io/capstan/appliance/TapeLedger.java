package io.capstan.appliance;

import io.capstan.fakes.iscsi.IscsiInitiator.Reply;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What a host has written to a cartridge, kept where the daemon cannot lose it: what was synchronized last, and what was
 * written since. One thread at a time.
 */
final class TapeLedger {

    /** A block whose bytes follow from its number, or a filemark, which is of length 0. */
    record Item(long number, int lengthBytes) {

        static final Item FILEMARK = new Item(0, 0);

        byte[] bytes() {
            byte[] bytes = new byte[lengthBytes];
            new SplittableRandom(number).nextBytes(bytes);
            return bytes;
        }
    }

    private List<Item> stable = List.of();
    private final List<Item> written = new ArrayList<>();
    private boolean isErased;
    private long acknowledged;

    /** Before an object is sent: from then on it may be on the tape. */
    void append(Item item) {
        written.add(item);
        isErased = false;
    }

    /** Before what is at a position and behind it is overwritten. The position was located to, which synchronizes. */
    void cut(int position) {
        written.subList(position, written.size()).clear();
    }

    /** Before an ERASE at a position: from then on there may be nothing behind it. */
    void erase(int position) {
        cut(position);
        isErased = true;
    }

    /** After a synchronize was answered with GOOD. */
    void synchronize() {
        acknowledged += written.size() - commonLength();
        stable = List.copyOf(written);
        isErased = false;
    }

    int size() {
        return written.size();
    }

    /** Objects whose synchronize was acknowledged, over all that was. */
    long acknowledged() {
        return acknowledged;
    }

    int stableSize() {
        return stable.size();
    }

    private int commonLength() {
        int length = 0;
        while (length < Math.min(stable.size(), written.size())
                && stable.get(length).equals(written.get(length))) {
            length++;
        }
        return length;
    }

    /**
     * Reads a tape from its beginning to its end of data, and goes on from what is there.
     *
     * @throws AssertionError if that is neither what was synchronized nor a whole prefix of what was written since
     */
    void verify(RemoteDrive drive, String what) throws IOException {
        drive.rewind();
        int objects = 0;
        boolean isStable = true;
        boolean isWritten = true;
        while (true) {
            Reply reply = drive.read();
            if (reply.outcome().equals("08/00/05")) {
                break;
            }
            isStable &= objects < stable.size() && matches(reply, stable.get(objects));
            isWritten &= objects < written.size() && matches(reply, written.get(objects));
            if (!isStable && !isWritten) {
                throw new AssertionError(
                        "%s: object %d is not what was written: %s, %d bytes; %s"
                                .formatted(
                                        what, objects, reply.outcome(), reply.data().length, this));
            }
            objects++;
        }
        isStable &= objects == stable.size();
        int common = commonLength();
        boolean isOverwritten = common < stable.size();
        isWritten &= objects >= (isOverwritten && !isErased ? common + 1 : common);
        if (!isStable && !isWritten) {
            throw new AssertionError("%s: %d objects; %s".formatted(what, objects, this));
        }
        List<Item> found = List.copyOf((isStable ? stable : written).subList(0, objects));
        written.clear();
        written.addAll(found);
        stable = found;
        isErased = false;
    }

    private static boolean matches(Reply reply, Item item) {
        return item.equals(Item.FILEMARK)
                ? reply.outcome().equals("00/00/01")
                : (reply.outcome().equals("GOOD") || reply.outcome().equals("00/00/00"))
                        && Arrays.equals(reply.data(), item.bytes());
    }

    @Override
    public String toString() {
        return "%d were synchronized, %d written, the same up to %d"
                .formatted(stable.size(), written.size(), commonLength());
    }
}
