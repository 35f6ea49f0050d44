package dev.headrace.connect.files;

import dev.headrace.api.error.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Predicate;

/** Files of the machine's own file system. */
final class LocalFiles implements FileSpace {
    private final String table;
    private final String option;
    private final Path relativeTo;
    private final Path path;
    private Path folder;
    private Predicate<String> wanted;
    private boolean single;

    LocalFiles(String table, String option, Path relativeTo, Path path) {
        this.table = table;
        this.option = option;
        this.relativeTo = relativeTo;
        this.path = path;
    }

    /** Finds out what the path is; once, so that ids stay what they are. */
    private synchronized void locate() {
        if (folder != null) {
            return;
        }
        if (Files.isDirectory(path)) {
            wanted = id -> true;
            folder = path;
        } else if (Files.exists(path)) {
            single = true;
            folder = path.getParent();
        } else if (FileSpace.hasWildcard(path.toString())) {
            Path plain = path.getRoot();
            int names = 0;
            while (!FileSpace.hasWildcard(path.getName(names).toString())) {
                plain = plain.resolve(path.getName(names++));
            }
            if (!Files.isDirectory(plain)) {
                throw missing("no folder " + plain);
            }
            wanted = FileSpace.glob(path.subpath(names, path.getNameCount()).toString());
            folder = plain;
        } else {
            throw missing("no file or folder " + path);
        }
    }

    private UserError missing(String what) {
        String from = Path.of(option.replaceFirst("^file:(//)?", "")).isAbsolute() ? "" : ", relative to " + relativeTo;
        return UserError.request("table '" + table + "': there is " + what + " (option 'path' is '" + option + "'"
                + from + "); create it, or correct the path");
    }

    @Override
    public List<FileEntry> list() throws IOException {
        locate();
        if (single) {
            return List.of(find(path.getFileName().toString()));
        }
        List<FileEntry> found = new ArrayList<>();
        Files.walkFileTree(
                folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path at, BasicFileAttributes attributes) {
                        boolean hidden = !at.equals(folder)
                                && entry(at.getFileName(), attributes).isHidden();
                        return hidden ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        FileEntry entry = entry(folder.relativize(file), attributes);
                        if (!entry.isHidden() && wanted.test(entry.id())) {
                            found.add(entry);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                        if (e instanceof AccessDeniedException) {
                            throw UserError.job(
                                    "table '" + table + "': may not read " + file + "; give the process the right to",
                                    e);
                        }
                        if (file.equals(folder)) {
                            throw e;
                        }
                        // Gone since its folder was listed, or a link that leads back up.
                        return FileVisitResult.CONTINUE;
                    }
                });
        found.sort(Comparator.comparing(FileEntry::id));
        return found;
    }

    private static FileEntry entry(Path relative, BasicFileAttributes attributes) {
        String id = relative.toString().replace(relative.getFileSystem().getSeparator(), "/");
        return new FileEntry(
                id, attributes.size(), attributes.lastModifiedTime().toMillis());
    }

    @Override
    public FileEntry find(String id) throws IOException {
        Path file = resolve(id);
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        if (!attributes.isRegularFile() && attributes.isDirectory()) {
            throw new NoSuchFileException(file.toString());
        }
        return new FileEntry(
                id, attributes.size(), attributes.lastModifiedTime().toMillis());
    }

    private Path resolve(String id) {
        locate();
        return folder.resolve(id);
    }

    @Override
    public String path(String id) {
        return resolve(id).toString();
    }

    @Override
    public InputStream open(String id, long offset) throws IOException {
        return Channels.newInputStream(openLocal(id, offset));
    }

    FileChannel openLocal(String id, long offset) throws IOException {
        FileChannel channel = FileChannel.open(resolve(id), StandardOpenOption.READ);
        if (offset > 0) {
            channel.position(offset);
        }
        return channel;
    }
}
