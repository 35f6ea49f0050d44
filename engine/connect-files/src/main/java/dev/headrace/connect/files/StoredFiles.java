package dev.headrace.connect.files;

import dev.headrace.api.connect.Environment;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.error.UserError;
import dev.headrace.api.storage.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * Files of an object store. It is opened at the folder that holds the last name of the path, as only a list tells whether
 * that name is an object or a folder.
 */
final class StoredFiles implements FileSpace {
    private final String table;
    private final String option;
    private final ObjectStore store;
    private final String last;
    private final String glob;
    private String prefix;

    StoredFiles(TableDefinition table, Environment environment, String path) {
        this.table = table.name();
        this.option = path;
        String uri = path.replaceAll("/+$", "");
        int root = uri.indexOf("://") + 3;
        int wildcard = root;
        while (wildcard < uri.length() && !FileSpace.hasWildcard(uri.substring(wildcard, wildcard + 1))) {
            wildcard++;
        }
        boolean plain = wildcard == uri.length();
        int cut = uri.lastIndexOf('/', wildcard);
        if (cut < root && !plain) {
            throw table.options().wrong("path", path, "wildcards only behind the bucket's name");
        }
        if (cut < root) {
            cut = uri.length();
        }
        String rest = cut == uri.length() ? "" : uri.substring(cut + 1);
        this.last = plain ? rest : "";
        this.glob = plain ? null : rest;
        this.store = environment.stores().open(uri.substring(0, cut), table.baseDirectory());
    }

    @Override
    public List<FileEntry> list() throws IOException {
        List<ObjectStore.Entry> entries = store.list(last);
        String folder = last.isEmpty() ? "" : last + "/";
        boolean single = entries.stream().anyMatch(e -> e.name().equals(last));
        boolean any = single || entries.stream().anyMatch(e -> e.name().startsWith(folder));
        if (!any && glob == null) {
            throw UserError.request("table '" + table + "': there is no object or folder " + option
                    + " (option 'path'); create it, or correct the path");
        }
        locate(single ? "" : folder);
        Predicate<String> wanted = single ? last::equals : glob == null ? id -> true : FileSpace.glob(glob);
        List<FileEntry> found = new ArrayList<>();
        for (ObjectStore.Entry entry : entries) {
            // A name that ends in a slash is the mark that some tools leave for an empty folder.
            if (entry.name().startsWith(prefix) && !entry.name().endsWith("/")) {
                FileEntry file = entry(entry);
                if (wanted.test(file.id()) && (single || !file.isHidden())) {
                    found.add(file);
                }
            }
        }
        found.sort(Comparator.comparing(FileEntry::id));
        return found;
    }

    private FileEntry entry(ObjectStore.Entry entry) {
        return new FileEntry(entry.name().substring(prefix.length()), entry.size(), entry.modifiedMillis());
    }

    private synchronized void locate(String found) {
        if (prefix == null) {
            prefix = found;
        }
    }

    private String name(String id) throws IOException {
        if (prefix == null) {
            list();
        }
        return prefix + id;
    }

    @Override
    public FileEntry find(String id) throws IOException {
        String name = name(id);
        for (ObjectStore.Entry entry : store.list(name)) {
            if (entry.name().equals(name)) {
                return entry(entry);
            }
        }
        throw new NoSuchFileException(path(id));
    }

    @Override
    public String path(String id) {
        return store.uri().replaceAll("/+$", "") + "/" + (prefix == null ? "" : prefix) + id;
    }

    @Override
    public InputStream open(String id, long offset) throws IOException {
        return store.open(name(id), offset);
    }
}
