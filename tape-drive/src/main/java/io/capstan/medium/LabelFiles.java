package io.capstan.medium;

import io.capstan.format.CartridgeLabel;
import io.capstan.format.CartridgeLabelDescriptor;
import io.capstan.format.FormatException;
import io.capstan.format.StoreLayout;
import io.capstan.format.VolumeIdentifier;
import io.capstan.store.FileIo;
import io.capstan.store.StoreException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The label files of cartridges: the same one in every directory of the store, so that losing a disk loses no label. Any
 * thread; who writes the label of one cartridge from several threads keeps them apart.
 */
final class LabelFiles {

    private static final Logger LOG = LoggerFactory.getLogger(LabelFiles.class);
    private static final Pattern LABEL_NAME = Pattern.compile("([A-Z0-9_\\-]{1,32})\\.label");

    private final FileIo io;
    private final List<StoreLayout> layouts;

    LabelFiles(FileIo io, List<Path> directories) {
        this.io = io;
        this.layouts = directories.stream().map(StoreLayout::new).toList();
    }

    /** What stands under a label's name in one directory. */
    sealed interface Found {
        /** A label. */
        record Label(CartridgeLabel label) implements Found {}

        /** A file that is no valid label, or cannot be read. */
        record Damaged(String fault) implements Found {}

        record Nothing() implements Found {}
    }

    /**
     * Replaces a cartridge's label, durably. A directory that cannot take it keeps its older one, which a reader knows by
     * its revision.
     *
     * @throws StoreException if no directory took it
     */
    void write(CartridgeLabel label) throws StoreException {
        byte[] bytes = CartridgeLabelDescriptor.encode(label);
        List<IOException> faults = new ArrayList<>();
        for (StoreLayout layout : layouts) {
            try {
                replace(layout, label.medium().volumeIdentifier(), bytes);
            } catch (IOException e) {
                faults.add(e);
                LOG.warn(
                        "label of {} not written in {}: {}",
                        label.medium().volumeIdentifier(),
                        layout.directory(),
                        e.toString());
            }
        }
        if (faults.size() == layouts.size()) {
            throw cannot(
                    "write the label of " + label.medium().volumeIdentifier(), faults.getFirst());
        }
    }

    private void replace(StoreLayout layout, VolumeIdentifier volume, byte[] bytes)
            throws IOException {
        io.makeDirectories(layout.labelsDirectory());
        Path temporary = layout.labelTemporaryFile(volume);
        io.delete(temporary);
        try (FileIo.OpenFile file = io.create(temporary)) {
            file.write(0, MemorySegment.ofArray(bytes));
            file.force();
        }
        io.rename(temporary, layout.labelFile(volume));
        io.forceDirectory(layout.labelsDirectory());
    }

    /** The label of a cartridge that is in force: of those that are valid, the one of the highest revision. */
    Optional<CartridgeLabel> read(VolumeIdentifier volume) {
        return layouts.stream()
                .map(layout -> find(layout, volume))
                .filter(Found.Label.class::isInstance)
                .map(found -> ((Found.Label) found).label())
                .max(Comparator.comparingLong(CartridgeLabel::revision));
    }

    /** What each directory has of a cartridge's label, in the order of the directories. */
    List<Found> find(VolumeIdentifier volume) {
        return layouts.stream().map(layout -> find(layout, volume)).toList();
    }

    private Found find(StoreLayout layout, VolumeIdentifier volume) {
        Path file = layout.labelFile(volume);
        if (!io.exists(file)) {
            return new Found.Nothing();
        }
        try (FileIo.OpenFile open = io.openToRead(file)) {
            CartridgeLabel label = CartridgeLabelDescriptor.decode(readAll(open), file.toString());
            return label.medium().volumeIdentifier().equals(volume)
                    ? new Found.Label(label)
                    : new Found.Damaged(
                            file + ": is the label of " + label.medium().volumeIdentifier());
        } catch (FormatException e) {
            return new Found.Damaged(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return new Found.Damaged(file + ": " + e.getMessage());
        }
    }

    private static byte[] readAll(FileIo.OpenFile open) throws IOException {
        // One byte more than a label can have is enough to see that it is none.
        int lengthBytes =
                (int) Math.min(open.lengthBytes(), CartridgeLabelDescriptor.LABEL_LENGTH_MAX + 1);
        byte[] bytes = new byte[lengthBytes];
        MemorySegment target = MemorySegment.ofArray(bytes);
        int at = 0;
        while (at < lengthBytes) {
            int count = open.read(at, target.asSlice(at));
            if (count <= 0) {
                throw new IOException("file ends at byte " + at);
            }
            at += count;
        }
        return bytes;
    }

    /** Cartridges that have a label file in any directory, valid or not. */
    SortedSet<VolumeIdentifier> list() throws StoreException {
        SortedSet<VolumeIdentifier> volumes = new TreeSet<>();
        for (StoreLayout layout : layouts) {
            try {
                for (String name : io.list(layout.labelsDirectory())) {
                    Matcher matcher = LABEL_NAME.matcher(name);
                    if (matcher.matches()) {
                        volumes.add(new VolumeIdentifier(matcher.group(1)));
                    }
                }
            } catch (IOException e) {
                throw new StoreException.ReadFailed(
                        "cannot list " + layout.labelsDirectory() + ": " + e.getMessage(), e);
            }
        }
        return volumes;
    }

    /** Deletes a cartridge's label from all directories, durably. */
    void delete(VolumeIdentifier volume) throws StoreException {
        for (StoreLayout layout : layouts) {
            try {
                io.delete(layout.labelFile(volume));
                if (io.exists(layout.labelsDirectory())) {
                    io.forceDirectory(layout.labelsDirectory());
                }
            } catch (IOException e) {
                throw cannot("delete " + layout.labelFile(volume), e);
            }
        }
    }

    private static StoreException cannot(String what, IOException cause) {
        String message = "cannot " + what + ": " + cause.getMessage();
        return cause instanceof FileIo.OutOfSpaceException
                ? new StoreException.NoSpace(message, cause)
                : new StoreException.WriteFailed(message, cause);
    }
}
