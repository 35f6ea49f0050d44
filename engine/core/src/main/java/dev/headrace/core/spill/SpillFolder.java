package dev.headrace.core.spill;

import dev.headrace.core.state.SpillStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder {@code headrace-spill-PID-N} for the spilled state of one job of this process. Made at need, removed with the
 * job; folders of processes that are no more are removed at the first use.
 */
public final class SpillFolder implements AutoCloseable {
    private static final String PREFIX = "headrace-spill-";

    private static int jobs;

    private final Path folder;

    /** @param parent a folder that is there, on a disk of this machine */
    public SpillFolder(Path parent) {
        folder = parent.resolve(PREFIX + ProcessHandle.current().pid() + "-" + next(parent));
    }

    /** The number of the next job. Before the first one has it, what is there of this process's number is of an older one. */
    private static synchronized int next(Path parent) {
        if (jobs == 0) {
            removeAbandoned(parent);
        }
        return ++jobs;
    }

    /** The store of one worker; {@code memory} is in bytes. */
    public SpillStore store(int worker, long memory) {
        return new RocksSpillStore(folder.resolve("worker-" + worker), memory);
    }

    private static void removeAbandoned(Path parent) {
        List<Path> found;
        try (Stream<Path> children = Files.list(parent)) {
            found = children.filter(c -> c.getFileName().toString().startsWith(PREFIX))
                    .toList();
        } catch (IOException e) {
            return;
        }
        for (Path path : found) {
            long pid = pid(path);
            if (pid == ProcessHandle.current().pid()
                    || pid > 0 && ProcessHandle.of(pid).isEmpty()) {
                remove(path);
            }
        }
    }

    private static long pid(Path path) {
        String[] parts =
                path.getFileName().toString().substring(PREFIX.length()).split("-");
        try {
            return Long.parseLong(parts[0]);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static void remove(Path path) {
        if (!Files.exists(path)) {
            return;
        }
        try {
            Files.walkFileTree(path, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, IOException error) throws IOException {
                    Files.deleteIfExists(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + path, e);
        }
    }

    @Override
    public void close() {
        remove(folder);
    }
}
