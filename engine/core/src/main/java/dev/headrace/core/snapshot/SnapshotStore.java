package dev.headrace.core.snapshot;

import dev.headrace.api.storage.ObjectStore;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The snapshots of one job in an object store: {@code manifests/ID.json}, {@code savepoints/NAME.json} and the immutable
 * {@code segments/SHA256} that they refer to.
 *
 * <p>Fencing: manifests are created only if absent, with ids that rise by one, so of two processes that go on from the same
 * manifest one loses. A process that takes a job over first creates a CLAIM: the latest manifest again, under the next id
 * and a higher generation. From then on the process before it, if it still lives, fails at its next manifest and stops.
 */
public final class SnapshotStore {
    private static final String MANIFESTS = "manifests/";
    private static final String SAVEPOINTS = "savepoints/";
    private static final String SEGMENTS = "segments/";

    private final ObjectStore store;

    public SnapshotStore(ObjectStore store) {
        this.store = store;
    }

    public String uri() {
        return store.uri();
    }

    /** The newest manifest. */
    public Optional<Manifest> latest() throws IOException {
        List<String> names = manifestNames();
        return names.isEmpty() ? Optional.empty() : Optional.of(read(names.getLast()));
    }

    /** All manifests, oldest first, then all savepoints by name. */
    public List<Named> list() throws IOException {
        List<Named> found = new ArrayList<>();
        for (String name : manifestNames()) {
            found.add(new Named(name, read(name)));
        }
        for (ObjectStore.Entry entry : store.list(SAVEPOINTS)) {
            found.add(new Named(entry.name(), read(entry.name())));
        }
        return found;
    }

    /** A manifest and the name of its object. */
    public record Named(String name, Manifest manifest) {}

    public Manifest read(String name) throws IOException {
        byte[] json = store.get(name)
                .orElseThrow(() -> new IOException("there is no snapshot " + name + " in " + store.uri()));
        return ManifestCodec.decode(json, name);
    }

    private List<String> manifestNames() throws IOException {
        return store.list(MANIFESTS).stream()
                .map(ObjectStore.Entry::name)
                .sorted()
                .toList();
    }

    /** Creates a manifest under its id. False when that id is taken: another process has the job. */
    public boolean create(Manifest manifest) throws IOException {
        return store.create(manifestName(manifest.id()), ManifestCodec.encode(manifest));
    }

    public static String manifestName(long id) {
        return MANIFESTS + String.format("%020d.json", id);
    }

    /** Keeps a manifest under a name until it is removed by hand. */
    public String pin(Manifest manifest, String name) throws IOException {
        String object = SAVEPOINTS + name + ".json";
        byte[] json = ManifestCodec.encode(manifest);
        store.put(object, json, 0, json.length);
        return object;
    }

    /** Stores a segment and returns its name, which is made of its content. */
    public String putSegment(byte[] bytes, int length) throws IOException {
        String name = SEGMENTS + sha256(bytes, length);
        store.put(name, bytes, 0, length);
        return name;
    }

    byte[] readChunk(Manifest.Chunk chunk) throws IOException {
        return store.get(chunk.segment(), chunk.offset(), chunk.length());
    }

    /** A part of a chunk, or what there is of it if the chunk ends before. */
    byte[] readChunk(Manifest.Chunk chunk, int from, int length) throws IOException {
        return store.get(chunk.segment(), chunk.offset() + from, Math.min(length, chunk.length() - from));
    }

    /** Removes manifests by name and every segment that no manifest or savepoint left refers to. */
    public void remove(List<String> manifests) throws IOException {
        store.delete(manifests);
        Set<String> referenced = new HashSet<>();
        for (Named named : list()) {
            named.manifest().tables().forEach(t -> t.chunks().forEach(c -> referenced.add(c.segment())));
        }
        store.delete(store.list(SEGMENTS).stream()
                .map(ObjectStore.Entry::name)
                .filter(name -> !referenced.contains(name))
                .toList());
    }

    /** Removes these objects, of which the caller knows that nothing refers to them. */
    void delete(List<String> names) throws IOException {
        if (!names.isEmpty()) {
            store.delete(names);
        }
    }

    private static String sha256(byte[] bytes, int length) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes, 0, length);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
