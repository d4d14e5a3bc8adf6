package io.capstan.tcmu;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The kernel's configfs and sysfs in memory, as far as targets are concerned: directories come with their attributes,
 * enabling a backstore makes a uio device, and what the kernel refuses is refused. Records what was done, in order.
 */
final class FakeConfigfs implements TargetFiles {

    private static final Path CORE = Path.of("/sys/kernel/config/target/core");
    private static final Path FABRIC = Path.of("/sys/kernel/config/target/loopback");

    private final TreeMap<Path, String> files = new TreeMap<>();
    private final TreeMap<Path, Path> links = new TreeMap<>();
    private final TreeMap<Path, Boolean> directories = new TreeMap<>();
    private final List<String> operations = new ArrayList<>();
    private Predicate<Path> answersInquiry = backstore -> true;
    private int uioCount;

    FakeConfigfs() {
        directories.put(CORE, true);
        directories.put(Path.of("/sys/class/uio"), true);
    }

    /** What was done, each as {@code verb path [value]} with the path below the target's root. */
    List<String> operations() {
        return operations;
    }

    /** Says whether somebody serves a backstore's ring when a LUN is linked to it. */
    void answersInquiry(Predicate<Path> predicate) {
        answersInquiry = predicate;
    }

    @Override
    public boolean exists(Path path) {
        return directories.containsKey(path) || files.containsKey(path) || links.containsKey(path);
    }

    @Override
    public List<String> list(Path directory) {
        List<String> names = new ArrayList<>();
        for (Map<Path, ?> kind : List.of(directories, files, links)) {
            for (Path path : kind.keySet()) {
                if (directory.equals(path.getParent())) {
                    names.add(String.valueOf(path.getFileName()));
                }
            }
        }
        return names.stream().sorted().toList();
    }

    @Override
    public String read(Path file) throws IOException {
        String value = files.get(file);
        if (value == null) {
            throw new FileNotFoundException(file.toString());
        }
        return value;
    }

    @Override
    public void write(Path attribute, String value) throws IOException {
        record("write", attribute, value);
        if (!files.containsKey(attribute)) {
            throw new NoSuchFileException(attribute.toString());
        }
        if (attribute.endsWith("attrib/cmd_time_out")
                && isExported(attribute.getParent().getParent())) {
            throw new IOException("Invalid argument");
        }
        if (attribute.endsWith("nexus") && value.equals("NULL")) {
            files.put(attribute, "");
            return;
        }
        if (attribute.endsWith("control")) {
            String config = value.replaceFirst("^dev_config=([^,]*),.*", "$1");
            files.put(attribute.resolveSibling("attrib/dev_config"), config);
        }
        files.put(attribute, value);
        if (attribute.endsWith("enable") && value.equals("1")) {
            addUio(attribute.getParent());
        }
    }

    @Override
    public void makeDirectory(Path directory) throws IOException {
        record("mkdir", directory, "");
        if (exists(directory)) {
            throw new FileAlreadyExistsException(directory.toString());
        }
        directories.put(directory, true);
        if (isBackstore(directory)) {
            for (String attribute :
                    List.of(
                            "control",
                            "wwn/vpd_unit_serial",
                            "attrib/cmd_time_out",
                            "attrib/dev_config",
                            "attrib/tmr_notification",
                            "action/block_dev",
                            "action/reset_ring")) {
                files.put(directory.resolve(attribute), "");
            }
            files.put(directory.resolve("enable"), "0");
        } else if (directory.endsWith("tpgt_0")) {
            files.put(directory.resolve("nexus"), "");
            files.put(directory.resolve("address"), "2:0:1");
            directories.put(directory.resolve("lun"), true);
        }
    }

    @Override
    public void removeDirectory(Path directory) throws IOException {
        record("rmdir", directory, "");
        if (!directories.containsKey(directory)) {
            throw new NoSuchFileException(directory.toString());
        }
        boolean hasChildren =
                directories.keySet().stream()
                        .anyMatch(path ->
                                directory.equals(path.getParent()) && !path.endsWith("lun"));
        if (hasChildren || links.keySet().stream().anyMatch(link -> link.startsWith(directory))) {
            throw new DirectoryNotEmptyException(directory.toString());
        }
        if (isBackstore(directory) && isExported(directory)) {
            throw new IOException("Device or resource busy");
        }
        for (Map<Path, ?> kind : List.of(directories, files)) {
            kind.keySet().removeIf(path -> path.startsWith(directory));
        }
        String uioName = uioNamePrefix(directory);
        files.entrySet().removeIf(file -> file.getValue().startsWith(uioName));
    }

    @Override
    public Path target(Path link) throws IOException {
        Path target = links.get(link);
        if (target == null) {
            throw new NoSuchFileException(link.toString());
        }
        return target;
    }

    @Override
    public void link(Path link, Path target) throws IOException {
        record("link", link, target.getFileName().toString());
        if (!answersInquiry.test(target)) {
            throw new AssertionError("linked " + target + " with nobody to answer INQUIRY");
        }
        links.put(link, target);
    }

    @Override
    public void unlink(Path link) throws IOException {
        record("unlink", link, "");
        Path target = links.remove(link);
        if (target == null) {
            throw new NoSuchFileException(link.toString());
        }
        if (!answersInquiry.test(target)) {
            throw new AssertionError("unlinked " + target + " with nobody serving it");
        }
    }

    private void addUio(Path backstore) {
        String uio = "uio" + uioCount++;
        Path directory = Path.of("/sys/class/uio").resolve(uio);
        directories.put(directory, true);
        files.put(
                directory.resolve("name"),
                uioNamePrefix(backstore) + files.get(backstore.resolve("attrib/dev_config")));
        files.put(directory.resolve("maps/map0/size"), "0x1000");
        files.put(Path.of("/dev").resolve(uio), "");
    }

    private static String uioNamePrefix(Path backstore) {
        String hba = String.valueOf(backstore.getParent().getFileName());
        return "tcm-user/" + hba.replace("user_", "") + "/" + backstore.getFileName() + "/";
    }

    private boolean isExported(Path backstore) {
        return links.containsValue(backstore);
    }

    private static boolean isBackstore(Path directory) {
        return directory.getNameCount() == CORE.getNameCount() + 2 && directory.startsWith(CORE);
    }

    private void record(String verb, Path path, String value) {
        Path root = path.startsWith(CORE) ? CORE : path.startsWith(FABRIC) ? FABRIC : Path.of("/");
        operations.add((verb + " " + root.relativize(path) + " " + value).strip());
    }
}
