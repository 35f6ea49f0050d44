package dev.headrace.connect.files;

import dev.headrace.api.connect.Environment;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.error.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.regex.Pattern;

/** The files that a {@code path} stands for: one, those of a folder and its sub-folders, or those that a glob matches. */
sealed interface FileSpace permits LocalFiles, StoredFiles {
    /** The files that are there now, hidden ones left out, sorted by id. Fails when the path leads nowhere. */
    List<FileEntry> list() throws IOException;

    /** The file of that id as it is now; fails with a {@link java.nio.file.NoSuchFileException} when it is gone. */
    FileEntry find(String id) throws IOException;

    /** The whole path of a file, for people. */
    String path(String id);

    /** The bytes as stored, from an offset on. */
    InputStream open(String id, long offset) throws IOException;

    static FileSpace of(TableDefinition table, Environment environment, String path) {
        if (isLocal(path)) {
            Path base = table.baseDirectory().toAbsolutePath().normalize();
            return new LocalFiles(table.name(), path, base, localPath(table, path));
        }
        return new StoredFiles(table, environment, path);
    }

    static boolean isLocal(String path) {
        return path.startsWith("file:") || !Pattern.matches("[a-zA-Z][a-zA-Z0-9+.-]+://.*", path);
    }

    static Path localPath(TableDefinition table, String path) {
        if (path.startsWith("file:")) {
            try {
                String plain = path.contains("*")
                        ? path.replaceFirst("^file:(//)?", "")
                        : URI.create(path).getPath();
                return Path.of(plain).normalize();
            } catch (IllegalArgumentException | NullPointerException e) {
                throw UserError.request("table '" + table.name() + "': option 'path' is '" + path
                        + "', but takes a path or a URI such as file:///data/orders");
            }
        }
        return table.baseDirectory().toAbsolutePath().resolve(path).normalize();
    }

    static boolean hasWildcard(String text) {
        return text.chars().anyMatch(c -> c == '*' || c == '?' || c == '[' || c == '{');
    }

    /** Tells the ids that a glob matches, itself or by a folder on the way. */
    static java.util.function.Predicate<String> glob(String pattern) {
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
        return id -> {
            Path path = Path.of(id);
            for (int names = 1; names <= path.getNameCount(); names++) {
                if (matcher.matches(path.subpath(0, names))) {
                    return true;
                }
            }
            return false;
        };
    }
}
