package dev.headrace.runtime.storage;

import dev.headrace.api.error.UserError;
import dev.headrace.api.storage.LocalStore;
import dev.headrace.api.storage.ObjectStore;
import dev.headrace.api.storage.ObjectStores;
import dev.headrace.api.storage.StorageProvider;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;

/** The storage there is: local folders, and what providers add. Opens each URI once. */
public final class Stores implements ObjectStores, AutoCloseable {
    private final Map<String, String> settings;
    private final Map<String, ObjectStore> opened = new HashMap<>();

    /** @param settings of storage systems, by {@code s3.endpoint} and the like */
    public Stores(Map<String, String> settings) {
        this.settings = Map.copyOf(settings);
    }

    @Override
    public synchronized ObjectStore open(String uri, Path base) {
        int colon = uri.indexOf("://");
        String scheme = colon < 0 ? "file" : uri.substring(0, colon);
        String key = scheme.equals("file") ? local(uri, base).toString() : uri;
        ObjectStore store = opened.get(key);
        if (store == null) {
            store = scheme.equals("file") ? new LocalStore(Path.of(key)) : provided(scheme, uri);
            opened.put(key, store);
        }
        return store;
    }

    private static Path local(String uri, Path base) {
        Path path = uri.startsWith("file:") ? Path.of(URI.create(uri)) : base.resolve(uri);
        return path.toAbsolutePath().normalize();
    }

    private ObjectStore provided(String scheme, String uri) {
        StringBuilder known = new StringBuilder("file");
        for (StorageProvider provider : ServiceLoader.load(StorageProvider.class)) {
            if (provider.scheme().equals(scheme) || provider.scheme().equals("s3") && scheme.equals("s3a")) {
                String prefix = provider.scheme() + ".";
                Map<String, String> own = new HashMap<>();
                settings.forEach((name, value) -> {
                    if (name.startsWith(prefix)) {
                        own.put(name.substring(prefix.length()), value);
                    }
                });
                return provider.open(uri, own);
            }
            known.append(", ").append(provider.scheme());
        }
        throw UserError.request("there is no storage for '" + scheme + "://' in '" + uri + "'; there are: " + known);
    }

    @Override
    public void close() {
        opened.values().forEach(ObjectStore::close);
    }
}
