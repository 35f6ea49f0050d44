package dev.headrace.api.storage;

import java.nio.file.Path;

/** Opens stores by URI. */
public interface ObjectStores {
    /**
     * The store under a URI: {@code s3://bucket/prefix}, {@code file:///folder}, or a path, relative to {@code base}.
     * Refuses other schemes with a {@code UserError} that names those there are. Callers do not close it.
     */
    ObjectStore open(String uri, Path base);
}
