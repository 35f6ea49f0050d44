package dev.headrace.api.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A store in a folder. An object being written is a hidden file beside its place, {@code .NAME~u<id>} for an upload and
 * {@code .NAME~w<id>} for a short write, and takes its name by an atomic rename or link once its bytes are on the disk.
 * The token of an upload is {@code <folder>/NAME~u<id>}: it names both files.
 */
public final class LocalStore implements ObjectStore {
    private static final int PIECE = 256 << 10;
    private static final Pattern UNFINISHED = Pattern.compile("\\.(.+)~([uw])([0-9a-f]{16})");
    private static final Pattern TOKEN = Pattern.compile("(.+)~u([0-9a-f]{16})");

    private final Path root;

    /** The folder need not exist: the first write makes it. */
    public LocalStore(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    @Override
    public String uri() {
        return root.toString();
    }

    @Override
    public void put(String name, byte[] bytes, int offset, int length) throws IOException {
        Path target = resolve(name);
        Path unfinished = writeUnfinished(target, bytes, offset, length);
        try {
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            force(root, target.getParent());
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    @Override
    public boolean create(String name, byte[] bytes) throws IOException {
        Path target = resolve(name);
        if (Files.exists(target)) {
            return false;
        }
        Path unfinished = writeUnfinished(target, bytes, 0, bytes.length);
        try {
            Files.createLink(target, unfinished);
            force(root, target.getParent());
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (UnsupportedOperationException e) {
            throw new IOException(
                    "cannot create " + target + ": its file system has no hard links, and without them"
                            + " two writers cannot be kept apart; use a folder on another file system",
                    e);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    @Override
    public Optional<byte[]> get(String name) throws IOException {
        try {
            return Optional.of(Files.readAllBytes(resolve(name)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public byte[] get(String name, long offset, int length) throws IOException {
        byte[] bytes = new byte[length];
        ByteBuffer target = ByteBuffer.wrap(bytes);
        try (FileChannel channel = FileChannel.open(resolve(name), StandardOpenOption.READ)) {
            while (target.hasRemaining()) {
                int count = channel.read(target, offset + target.position());
                if (count < 0) {
                    throw new IOException(resolve(name) + " ends before byte " + (offset + length));
                }
            }
        }
        return bytes;
    }

    @Override
    public InputStream open(String name, long offset) throws IOException {
        FileChannel channel = FileChannel.open(resolve(name), StandardOpenOption.READ);
        channel.position(offset);
        return Channels.newInputStream(channel);
    }

    @Override
    public List<Entry> list(String prefix) throws IOException {
        List<Entry> found = new ArrayList<>();
        walk(prefix, (path, attributes) -> {
            String name = name(path);
            if (name.startsWith(prefix)
                    && !UNFINISHED.matcher(path.getFileName().toString()).matches()) {
                found.add(new Entry(
                        name, attributes.size(), attributes.lastModifiedTime().toMillis()));
            }
        });
        found.sort(Comparator.comparing(Entry::name));
        return found;
    }

    @Override
    public void delete(List<String> names) throws IOException {
        Set<Path> folders = new HashSet<>();
        for (String name : names) {
            Path file = resolve(name);
            Files.deleteIfExists(file);
            folders.add(file.getParent());
        }
        for (Path folder : folders) {
            removeEmpty(folder);
        }
    }

    @Override
    public Upload upload(String name) throws IOException {
        Path target = resolve(name);
        String token = name + "~u" + randomId();
        return new LocalUpload(root, token, unfinished(token), openUnfinished(target.getParent(), unfinished(token)));
    }

    @Override
    public void complete(String token) throws IOException {
        Path unfinished = unfinished(token);
        Path target = resolve(token.substring(0, token.lastIndexOf('~')));
        try {
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (NoSuchFileException e) {
            // Completed before, and perhaps already taken away by whoever reads the folder.
            return;
        }
        force(root, target.getParent());
    }

    @Override
    public boolean isPrepared(String token) throws IOException {
        return Files.exists(unfinished(token));
    }

    @Override
    public void abort(String token) throws IOException {
        Files.deleteIfExists(unfinished(token));
    }

    @Override
    public void abortUploads(String prefix, Predicate<String> mine, List<String> kept) throws IOException {
        Set<Path> keep = new HashSet<>();
        for (String token : kept) {
            keep.add(unfinished(token));
        }
        List<Path> leftover = new ArrayList<>();
        walk(prefix, (path, attributes) -> {
            Matcher matcher = UNFINISHED.matcher(path.getFileName().toString());
            if (matcher.matches() && matcher.group(2).equals("u") && !keep.contains(path)) {
                String name = name(path.resolveSibling(matcher.group(1)));
                if (name.startsWith(prefix) && mine.test(name)) {
                    leftover.add(path);
                }
            }
        });
        for (Path path : leftover) {
            Files.deleteIfExists(path);
            removeEmpty(path.getParent());
        }
    }

    @Override
    public void close() {}

    private Path resolve(String name) throws IOException {
        Path path = root.resolve(name).normalize();
        if (name.isEmpty() || !path.startsWith(root) || path.equals(root)) {
            throw new IOException("'" + name + "' is no name of an object in " + root);
        }
        return path;
    }

    private String name(Path path) {
        return root.relativize(path).toString().replace('\\', '/');
    }

    private Path unfinished(String token) throws IOException {
        if (!TOKEN.matcher(token).matches()) {
            throw new IOException("'" + token + "' is no token of an upload to " + root);
        }
        Path named = resolve(token);
        return named.resolveSibling("." + named.getFileName());
    }

    private static String randomId() {
        return String.format("%016x", UUID.randomUUID().getMostSignificantBits());
    }

    private Path writeUnfinished(Path target, byte[] bytes, int offset, int length) throws IOException {
        Path unfinished = target.resolveSibling("." + target.getFileName() + "~w" + randomId());
        try (FileChannel channel = openUnfinished(target.getParent(), unfinished)) {
            write(channel, bytes, offset, length);
            channel.force(true);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(unfinished);
            throw e;
        }
        return unfinished;
    }

    /** Makes the folder and the file in it; once more when the folder, being empty, was removed in between. */
    private static FileChannel openUnfinished(Path folder, Path file) throws IOException {
        for (int attempt = 0; ; attempt++) {
            Files.createDirectories(folder);
            try {
                return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            } catch (NoSuchFileException e) {
                if (attempt == 10) {
                    throw e;
                }
            }
        }
    }

    private static void write(FileChannel channel, byte[] bytes, int offset, int length) throws IOException {
        // A channel copies what it writes into native memory of that size first.
        int end = offset + length;
        for (int from = offset; from < end; from += PIECE) {
            ByteBuffer source = ByteBuffer.wrap(bytes, from, Math.min(PIECE, end - from));
            while (source.hasRemaining()) {
                channel.write(source);
            }
        }
    }

    /** Makes the names in a folder durable, and the folder's own name, up to the store's. */
    private static void force(Path root, Path folder) throws IOException {
        if (System.getProperty("os.name").startsWith("Windows")) {
            return;
        }
        for (Path at = folder; at != null && at.startsWith(root); at = at.getParent()) {
            try (FileChannel channel = FileChannel.open(at, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private void removeEmpty(Path folder) throws IOException {
        for (Path at = folder; at.startsWith(root) && !at.equals(root); at = at.getParent()) {
            try {
                Files.deleteIfExists(at);
            } catch (DirectoryNotEmptyException e) {
                return;
            }
        }
    }

    /** Visits the files of the folder in which all names with that prefix lie. */
    private void walk(String prefix, FileAction action) throws IOException {
        int slash = prefix.lastIndexOf('/');
        Path from = slash < 0 ? root : resolve(prefix.substring(0, slash));
        if (!Files.isDirectory(from)) {
            return;
        }
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                action.visit(file, attributes);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
                if (e == null || e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }
        });
    }

    private interface FileAction {
        void visit(Path file, BasicFileAttributes attributes);
    }

    private static final class LocalUpload implements Upload {
        private final Path root;
        private final String token;
        private final Path file;
        private final FileChannel channel;
        private long written;
        private boolean prepared;

        LocalUpload(Path root, String token, Path file, FileChannel channel) {
            this.root = root;
            this.token = token;
            this.file = file;
            this.channel = channel;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            LocalStore.write(channel, bytes, offset, length);
            written += length;
        }

        @Override
        public long written() {
            return written;
        }

        @Override
        public String prepare() throws IOException {
            channel.force(true);
            channel.close();
            force(root, file.getParent());
            prepared = true;
            return token;
        }

        @Override
        public void close() {
            try {
                channel.close();
                if (!prepared) {
                    Files.deleteIfExists(file);
                }
            } catch (IOException e) {
                // It stays behind as an unfinished upload, which abortUploads takes away.
            }
        }
    }
}
