package io.capstan.store;

import io.capstan.format.CartridgeLabel;
import io.capstan.format.CartridgeLabelDescriptor;
import io.capstan.format.FormatException;
import io.capstan.format.StoreLayout;
import io.capstan.format.VolumeIdentifier;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cartridge labels: one small file a cartridge, the same in every directory given, so that cartridges outlive the catalog
 * and any one disk. Disks that are out of use are passed over.
 *
 * <p>Any thread, but one writer a cartridge at a time.
 */
public final class LabelStore {

    private static final Logger LOG = LoggerFactory.getLogger(LabelStore.class);

    private final List<StoreLayout> layouts;
    private final FileIo io;

    /**
     * @param directories those of the chunk store
     */
    public LabelStore(List<Path> directories, FileIo io) {
        this.layouts =
                directories.stream()
                        .map(directory -> new StoreLayout(directory, io::list))
                        .toList();
        this.io = io;
    }

    /**
     * Replaces a cartridge's label in every directory; on stable storage when this returns.
     *
     * @throws StoreException.WriteFailed if no directory took it; if some did, the others are logged and caught up with by
     *     the next write
     */
    public void write(CartridgeLabel label) throws StoreException {
        byte[] bytes = CartridgeLabelDescriptor.encode(label);
        IOException fault = null;
        int written = 0;
        for (StoreLayout layout : layouts) {
            try {
                replace(layout, label.medium().volumeIdentifier(), bytes);
                written++;
            } catch (DiskUnavailableException e) {
                fault = e;
            } catch (IOException e) {
                LOG.warn(
                        "label of {} not written in {}: {}",
                        label.medium().volumeIdentifier(),
                        layout.directory(),
                        e.toString());
                fault = e;
            }
        }
        if (written == 0) {
            throw new StoreException.WriteFailed(
                    "label of " + label.medium().volumeIdentifier() + " not written: " + fault,
                    fault);
        }
    }

    /**
     * The newest intact label of a cartridge; empty if there is none.
     *
     * @throws StoreException.ReadFailed if there are labels and none can be read or is intact
     */
    public Optional<CartridgeLabel> read(VolumeIdentifier identifier) throws StoreException {
        Optional<CartridgeLabel> newest = Optional.empty();
        IOException fault = null;
        for (StoreLayout layout : layouts) {
            Path file = layout.labelFile(identifier);
            if (!io.exists(file)) {
                continue;
            }
            try {
                CartridgeLabel label = read(file, identifier);
                if (newest.isEmpty() || newest.get().revision() < label.revision()) {
                    newest = Optional.of(label);
                }
            } catch (IOException e) {
                LOG.warn("label not readable: {}", e.getMessage());
                fault = e;
            }
        }
        if (newest.isEmpty() && fault != null) {
            throw new StoreException.ReadFailed(
                    "no readable label of " + identifier + ": " + fault.getMessage(), fault);
        }
        return newest;
    }

    /** Cartridges that have a label in any directory. */
    public SortedSet<VolumeIdentifier> list() throws StoreException {
        SortedSet<VolumeIdentifier> all = new TreeSet<>();
        for (StoreLayout layout : layouts) {
            try {
                all.addAll(layout.labels());
            } catch (DiskUnavailableException e) {
                LOG.debug("not listed: {}", e.getMessage());
            } catch (IOException e) {
                throw new StoreException.ReadFailed(
                        "cannot list " + layout.labelsDirectory() + ": " + e.getMessage(), e);
            }
        }
        return all;
    }

    /** Deletes a cartridge's label everywhere; does nothing where there is none. */
    public void delete(VolumeIdentifier identifier) throws StoreException {
        for (StoreLayout layout : layouts) {
            try {
                if (io.exists(layout.labelFile(identifier))) {
                    io.delete(layout.labelFile(identifier));
                    io.forceDirectory(layout.labelsDirectory());
                }
            } catch (DiskUnavailableException e) {
                LOG.debug("label stays: {}", e.getMessage());
            } catch (IOException e) {
                throw new StoreException.WriteFailed(
                        "cannot delete the label of " + identifier + ": " + e.getMessage(), e);
            }
        }
    }

    private void replace(StoreLayout layout, VolumeIdentifier identifier, byte[] bytes)
            throws IOException {
        io.makeDirectories(layout.labelsDirectory());
        Path temporary = layout.labelTemporaryFile(identifier);
        io.delete(temporary);
        try (FileIo.OpenFile file = io.create(temporary)) {
            file.write(0, MemorySegment.ofArray(bytes));
            file.force();
        }
        io.rename(temporary, layout.labelFile(identifier));
        io.forceDirectory(layout.labelsDirectory());
    }

    private CartridgeLabel read(Path path, VolumeIdentifier identifier) throws IOException {
        try (FileIo.OpenFile file = io.openToRead(path)) {
            MemorySegment bytes =
                    MemorySegment.ofArray(new byte[CartridgeLabelDescriptor.LABEL_LENGTH_MAX]);
            int lengthBytes = file.read(0, bytes);
            CartridgeLabel label =
                    CartridgeLabelDescriptor.decode(
                            bytes.asSlice(0, lengthBytes).toArray(ValueLayout.JAVA_BYTE),
                            path.toString());
            if (!label.medium().volumeIdentifier().equals(identifier)) {
                throw new FormatException(
                        path.toString(),
                        0,
                        "volume identifier",
                        "file holds the label of " + label.medium().volumeIdentifier());
            }
            return label;
        }
    }
}
