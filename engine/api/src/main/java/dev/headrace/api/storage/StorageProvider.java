package dev.headrace.api.storage;

import java.util.Map;

/** Makes stores for a URI scheme; found by {@link java.util.ServiceLoader}. */
public interface StorageProvider {
    /** For example {@code s3}. */
    String scheme();

    /**
     * Opens the store.
     *
     * @param settings by name without a prefix: {@code endpoint}, {@code region}, {@code path-style-access}, {@code
     *     access-key}, {@code secret-key}; what is missing comes from the environment as the system's own tools read it
     */
    ObjectStore open(String uri, Map<String, String> settings);
}
