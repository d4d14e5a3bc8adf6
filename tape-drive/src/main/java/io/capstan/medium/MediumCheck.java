package io.capstan.medium;

import io.capstan.catalog.CartridgeRecord;
import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogFinding;
import io.capstan.catalog.ChunkDigest;
import io.capstan.catalog.ChunkPresence;
import io.capstan.catalog.ChunkRecord;
import io.capstan.catalog.ChunkState;
import io.capstan.catalog.ContainerRecord;
import io.capstan.format.CartridgeLabel;
import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.DiskId;
import io.capstan.format.Finding;
import io.capstan.format.VolumeIdentifier;
import io.capstan.store.ChunkReader;
import io.capstan.store.ChunkStore;
import io.capstan.store.DiskState;
import io.capstan.store.FileIo;
import io.capstan.store.LabelStore;
import io.capstan.store.StoreDisks;
import io.capstan.store.StoreException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Compares the catalog with itself, and with the chunk and label files: what {@code capstan catalog check} does.
 *
 * <p>It may run beside a working node: what is being written is left out, and what seems wrong is looked at again before
 * it is reported. It reads headers and directories, not data. One owner thread.
 */
public final class MediumCheck {

    private static final int PAGE_LENGTH = 200;

    private final Backing backing;
    private final List<Finding> findings = new ArrayList<>();

    private MediumCheck(Backing backing) {
        this.backing = backing;
    }

    /**
     * Checks everything.
     *
     * @param io what the store was opened with
     * @return what is wrong; empty if all is well
     * @throws StoreException if a directory or the catalog cannot be read at all
     */
    public static List<Finding> run(Catalog catalog, ChunkStore store, FileIo io)
            throws StoreException {
        MediumCheck check = new MediumCheck(new Backing(catalog, store, io));
        check.checkCatalog(new ChunkFiles(store));
        check.checkDisks();
        check.checkContainers();
        check.checkLabels();
        return check.findings;
    }

    // ---- the catalog

    private record Copy(ChunkId chunk, DiskId disk) {}

    /** The catalog is seen as it was at one instant, and the files as they are: chunks that were released meanwhile have none. */
    private void checkCatalog(ChunkFiles files) {
        List<Copy> absent = new ArrayList<>();
        ChunkPresence presence =
                (chunk, disk) -> {
                    OptionalLong lengthBytes = files.lengthBytes(chunk, disk);
                    if (lengthBytes.isPresent()) {
                        return lengthBytes;
                    }
                    absent.add(new Copy(chunk, disk));
                    return ChunkPresence.ASSUMED.lengthBytes(chunk, disk);
                };
        for (CatalogFinding finding : backing.catalog().check(presence)) {
            findings.add(Finding.damage("catalog: " + finding.kind(), finding.text()));
        }
        for (Copy copy : absent) {
            if (isStillCopy(copy.chunk(), copy.disk())
                    && files.lengthBytes(copy.chunk(), copy.disk()).isEmpty()
                    && isStillCopy(copy.chunk(), copy.disk())) {
                findings.add(
                        Finding.damage(
                                "catalog: " + CatalogFinding.Kind.CHUNK_FILE_MISSING,
                                "chunk %s: no file on disk %s"
                                        .formatted(copy.chunk(), copy.disk())));
            }
        }
    }

    // ---- disks

    private void checkDisks() {
        for (StoreDisks.DiskView disk : backing.store().disks().views()) {
            if (!disk.isUsable() && disk.state() != DiskState.REPLACED) {
                findings.add(
                        Finding.damage(
                                "disk " + disk.directory(),
                                "is out of use, and what is on it was not looked at: "
                                        + disk.fault().orElse("it is deactivated")));
            }
        }
    }

    // ---- chunks

    private void checkContainers() throws StoreException {
        SortedSet<ContainerId> containers = new TreeSet<>(backing.store().files().containers());
        backing.query(view -> {
            view.forEachContainer(container -> containers.add(container.container()));
            return null;
        });
        for (ContainerId container : containers) {
            checkContainer(container);
        }
    }

    private void checkContainer(ContainerId container) throws StoreException {
        SortedSet<ChunkId> files = backing.store().files().list(container);
        // Read after the files were listed: a chunk that came in between is not looked at.
        Optional<ContainerRecord> record = backing.query(view -> view.container(container));
        for (ChunkRecord chunk : chunksOf(container)) {
            if (files.remove(chunk.chunk()) && chunk.state() == ChunkState.SEALED) {
                chunk.disks().forEach(disk -> checkCopy(chunk, disk));
            }
            checkCopyCount(chunk, record);
        }
        for (ChunkId unknown : files) {
            boolean isBeingWritten =
                    record.filter(ContainerRecord::dirty)
                            .filter(r -> unknown.sequence() >= r.nextChunkSequence())
                            .isPresent();
            if (!isBeingWritten && isStillUnknown(unknown)) {
                findings.add(
                        Finding.damage(
                                "chunk " + unknown,
                                "has a file that the catalog knows nothing of"));
            }
        }
    }

    private List<ChunkRecord> chunksOf(ContainerId container) throws StoreException {
        List<ChunkRecord> all = new ArrayList<>();
        long from = 1;
        while (true) {
            long fromSequence = from;
            List<ChunkRecord> page =
                    backing.query(view -> view.chunksOf(container, fromSequence, PAGE_LENGTH));
            if (page.isEmpty()) {
                return all;
            }
            all.addAll(page);
            from = page.getLast().chunk().sequence() + 1;
        }
    }

    /** A chunk with fewer copies than its pool wants is safe as long as the rest is; the background makes more. */
    private void checkCopyCount(ChunkRecord chunk, Optional<ContainerRecord> container) {
        int wanted =
                backing.store()
                        .disks()
                        .copies(
                                container
                                        .map(ContainerRecord::pool)
                                        .orElse(ContainerRecord.POOL_DEFAULT));
        int copies = chunk.disks().size();
        if (chunk.state() != ChunkState.DELETABLE && copies > 0 && copies < wanted) {
            findings.add(
                    Finding.note(
                            "chunk " + chunk.chunk(),
                            "has %d of %d copies".formatted(copies, wanted)));
        }
    }

    private void checkCopy(ChunkRecord chunk, DiskId disk) {
        String subject = "chunk %s on disk %s".formatted(chunk.chunk(), disk);
        if (!backing.store().disks().isUsable(disk)) {
            return;
        }
        try (ChunkReader reader = backing.store().openToRead(chunk.chunk(), disk)) {
            reader.damage()
                    .forEach(damage ->
                            findings.add(
                                    Finding.damage(subject, String.valueOf(damage.getMessage()))));
            Optional<byte[]> wanted = chunk.digest().map(ChunkDigest::toBytes);
            if (wanted.isPresent()
                    && reader.digest().filter(d -> Arrays.equals(d, wanted.get())).isEmpty()) {
                findings.add(
                        Finding.damage(
                                subject, "is not the chunk that was sealed: its digest differs"));
            }
        } catch (StoreException e) {
            if (isStillCopy(chunk.chunk(), disk)) {
                findings.add(Finding.damage(subject, String.valueOf(e.getMessage())));
            }
        }
    }

    private boolean isStillCopy(ChunkId chunk, DiskId disk) {
        return backing.catalog()
                .read(view ->
                        view.referenceCount(chunk) > 0
                                && view.chunk(chunk)
                                        .filter(c -> c.disks().contains(disk))
                                        .isPresent());
    }

    private boolean isStillUnknown(ChunkId chunk) throws StoreException {
        return backing.store().files().find(chunk).isPresent()
                && backing.query(view -> view.chunk(chunk)).isEmpty();
    }

    // ---- labels

    private void checkLabels() throws StoreException {
        List<CartridgeRecord> all = cartridges();
        for (StoreDisks.DiskView disk : backing.store().disks().views()) {
            if (!disk.isUsable() || disk.state() == DiskState.REPLACED) {
                continue;
            }
            Path directory = disk.directory();
            LabelStore labels = new LabelStore(List.of(directory), backing.io());
            SortedSet<VolumeIdentifier> unknown = labels.list();
            for (CartridgeRecord cartridge : all) {
                if (poolOf(cartridge).equals(disk.pool())) {
                    checkLabel(directory, labels, cartridge);
                    unknown.remove(cartridge.volume());
                }
            }
            for (VolumeIdentifier volume : unknown) {
                checkUnknownLabel(directory, volume);
            }
        }
    }

    private List<CartridgeRecord> cartridges() throws StoreException {
        return backing.query(view -> {
            List<CartridgeRecord> present = new ArrayList<>();
            view.forEachCartridge(cartridge -> {
                if (Labels.isDue(view, cartridge)) {
                    present.add(cartridge);
                }
            });
            return present;
        });
    }

    private String poolOf(CartridgeRecord cartridge) throws StoreException {
        return backing.store()
                .disks()
                .poolOr(
                        backing.query(view -> view.container(cartridge.container()))
                                .map(ContainerRecord::pool)
                                .orElse(ContainerRecord.POOL_DEFAULT));
    }

    private void checkUnknownLabel(Path directory, VolumeIdentifier volume) throws StoreException {
        boolean isUnknown = backing.query(view -> view.cartridge(volume)).isEmpty();
        if (isUnknown) {
            findings.add(
                    Finding.damage(
                            "label of " + volume + " in " + directory,
                            "the catalog knows nothing of this cartridge"));
        }
    }

    private void checkLabel(Path directory, LabelStore labels, CartridgeRecord cartridge)
            throws StoreException {
        String subject = "label of " + cartridge.volume() + " in " + directory;
        Optional<CartridgeLabel> label;
        try {
            label = labels.read(cartridge.volume());
        } catch (StoreException e) {
            findings.add(Finding.damage(subject, String.valueOf(e.getMessage())));
            return;
        }
        if (label.isEmpty()) {
            findings.add(Finding.damage(subject, "is missing"));
            return;
        }
        disagreement(label.get(), cartridge)
                .ifPresent(text -> findings.add(Finding.damage(subject, text)));
    }

    private Optional<String> disagreement(CartridgeLabel label, CartridgeRecord before)
            throws StoreException {
        CartridgeRecord cartridge =
                backing.query(view -> view.cartridge(before.volume())).orElse(before);
        if (!label.container().equals(cartridge.container())) {
            return Optional.of(
                    "names container %s instead of %s"
                            .formatted(label.container(), cartridge.container()));
        }
        Optional<ContainerRecord> container =
                backing.query(view -> view.container(cartridge.container()));
        if (container.isPresent() && label.generation() > container.get().generation()) {
            return Optional.of(
                    "names generation %d, and the catalog's is %d"
                            .formatted(label.generation(), container.get().generation()));
        }
        if (label.revision() > cartridge.labelRevision()) {
            return Optional.of(
                    "has revision %d, and the catalog's is %d"
                            .formatted(label.revision(), cartridge.labelRevision()));
        }
        return Optional.empty();
    }
}
