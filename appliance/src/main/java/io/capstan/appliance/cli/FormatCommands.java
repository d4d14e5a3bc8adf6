package io.capstan.appliance.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.capstan.format.CartridgeLabel;
import io.capstan.format.CartridgeLabelFile;
import io.capstan.format.ContainerId;
import io.capstan.format.StoreLayout;
import io.capstan.format.VolumeIdentifier;
import io.capstan.format.tools.DumpRow;
import io.capstan.format.tools.FormatDump;
import io.capstan.format.tools.FormatExtract;
import io.capstan.format.tools.FormatVerify;
import io.capstan.format.tools.ImageFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code capstan format ...}: files alone, with no daemon and no catalog. */
@Command(
        name = "format",
        description = "Chunk files and labels as they are on disk; needs no daemon and no catalog.")
final class FormatCommands extends Noun {

    @Command(
            description =
                    "Prints what is in a chunk file, a label, or a container's directory, a row for each "
                            + "structure; with --json, a JSON object on each line.")
    void dump(@Parameters(paramLabel = "PATH", description = "File or directory.") Path path) {
        StringBuilder line = new StringBuilder();
        try {
            FormatDump.dump(
                    path,
                    row -> {
                        line.setLength(0);
                        if (cli().isJson()) {
                            line.append(json(row)).append('\n');
                        } else {
                            FormatDump.text(line).row(row);
                        }
                        output().print(line.toString());
                    });
        } catch (IOException e) {
            throw failed(path, e);
        }
    }

    private ObjectNode json(DumpRow row) {
        ObjectNode object = cli().mapper().createObjectNode().put("type", row.type());
        row.fields().forEach((name, value) -> object.set(name, cli().mapper().valueToTree(value)));
        return object;
    }

    @Command(
            description = {
                "Reads and verifies every record of chunk files and labels, or of all that are under "
                        + "directories.",
                "The directories of one store belong into one command."
            })
    int verify(
            @Parameters(paramLabel = "PATH", arity = "1..*", description = "Files or directories.")
                    List<Path> paths) {
        FormatVerify.Result result;
        try {
            result = FormatVerify.verify(paths, file -> {});
        } catch (IOException e) {
            throw failed(paths.getFirst(), e);
        }
        ObjectNode document = cli().mapper().createObjectNode();
        document.put("chunkFileCount", result.chunkFileCount());
        document.put("labelCount", result.labelCount());
        document.put("recordCount", result.recordCount());
        document.put("storedByteCount", result.storedByteCount());
        Findings.add(document, result.findings());
        output().print(
                        document,
                        verified ->
                                "%d chunk files and %d labels, %d records with %s%n%s"
                                        .formatted(
                                                result.chunkFileCount(),
                                                result.labelCount(),
                                                result.recordCount(),
                                                Output.size(result.storedByteCount()),
                                                Findings.text(document)));
        return Findings.exitStatus(document);
    }

    @Command(
            description =
                    "Writes a partition of a cartridge to a file: its blocks alone (plain), or a tape image "
                            + "(simh, awstape).")
    int extract(
            @Parameters(
                            paramLabel = "BARCODE|DIR",
                            description =
                                    "A cartridge of the stores given, or a container's directory.")
                    String source,
            @Parameters(paramLabel = "FILE", description = "Must not exist.") Path target,
            @Option(
                            names = "--store",
                            paramLabel = "DIR",
                            description = "A directory of the store; give all of them.")
                    @Nullable List<Path> stores,
            @Option(
                            names = "--partition",
                            paramLabel = "N",
                            defaultValue = "0",
                            description = "Partition (default: ${DEFAULT-VALUE}).")
                    int partition,
            @Option(
                            names = "--format",
                            paramLabel = "FORMAT",
                            defaultValue = "PLAIN",
                            description =
                                    "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
                    ImageFormat format,
            @Option(
                            names = "--mark-unreadable",
                            description = "Put zeros in the place of blocks that cannot be read.")
                    boolean markUnreadable) {
        FormatExtract.Result result;
        try {
            Content content = content(source, stores == null ? List.of() : stores);
            result =
                    FormatExtract.extract(
                            content.directories(),
                            content.generation(),
                            partition,
                            format,
                            markUnreadable
                                    ? FormatExtract.Unreadable.MARK
                                    : FormatExtract.Unreadable.REFUSE,
                            target);
        } catch (IOException e) {
            throw failed(target, e);
        }
        ObjectNode document = cli().mapper().createObjectNode();
        document.put("blockCount", result.blockCount());
        document.put("filemarkCount", result.filemarkCount());
        document.put("byteCount", result.byteCount());
        document.put("unreadableCount", result.unreadableCount());
        Findings.add(document, result.findings());
        output().print(
                        document,
                        extracted ->
                                "%d blocks with %s and %d filemarks%n%s"
                                        .formatted(
                                                result.blockCount(),
                                                Output.size(result.byteCount()),
                                                result.filemarkCount(),
                                                Findings.text(document)));
        return Findings.exitStatus(document);
    }

    /** Where a container's chunk files are, and the lowest generation in force. */
    private record Content(List<Path> directories, long generation) {}

    private static Content content(String source, List<Path> stores) throws IOException {
        Path path = Path.of(source);
        if (stores.isEmpty()) {
            if (!Files.isDirectory(path)) {
                throw new CliException(
                        ExitStatus.USAGE,
                        "%s is no directory; a barcode needs the directories of the store: --store DIR"
                                .formatted(source));
            }
            return new Content(List.of(path), 0);
        }
        CartridgeLabel label = label(volume(source), stores);
        ContainerId container = label.container();
        List<Path> directories =
                stores.stream()
                        .map(store -> new StoreLayout(store).containerDirectory(container))
                        .filter(Files::isDirectory)
                        .toList();
        if (directories.isEmpty()) {
            throw new CliException(ExitStatus.FAILED, "cartridge " + source + " is blank");
        }
        return new Content(directories, label.generation());
    }

    private static VolumeIdentifier volume(String text) {
        try {
            return new VolumeIdentifier(text);
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitStatus.USAGE, String.valueOf(e.getMessage()));
        }
    }

    /** Of the labels that the stores have of a cartridge, the newest. */
    private static CartridgeLabel label(VolumeIdentifier volume, List<Path> stores)
            throws IOException {
        CartridgeLabel newest = null;
        for (Path store : stores) {
            Path file = new StoreLayout(store).labelFile(volume);
            if (Files.exists(file)) {
                CartridgeLabel label = CartridgeLabelFile.read(file);
                if (newest == null || label.revision() > newest.revision()) {
                    newest = label;
                }
            }
        }
        if (newest == null) {
            throw new CliException(
                    ExitStatus.FAILED,
                    "there is no label of cartridge %s in %s".formatted(volume, stores));
        }
        return newest;
    }

    private static CliException failed(Path path, IOException e) {
        String message =
                switch (e) {
                    case java.nio.file.NoSuchFileException missing ->
                            "there is no " + missing.getFile();
                    case java.nio.file.FileAlreadyExistsException there ->
                            "there is a file " + there.getFile() + " already";
                    case java.nio.file.AccessDeniedException denied ->
                            "no permission for " + denied.getFile();
                    default -> e.getMessage() == null ? path + ": " + e : e.getMessage();
                };
        return new CliException(ExitStatus.FAILED, message);
    }
}
