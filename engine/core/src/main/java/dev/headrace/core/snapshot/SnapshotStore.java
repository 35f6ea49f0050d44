package dev.headrace.core.snapshot;

import dev.headrace.api.storage.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The snapshots of one job in an object store: {@code manifests/ID.json}, {@code savepoints/NAME.json} and the immutable
 * {@code segments/SHA256} that they refer to; {@code expiry/NAME} holds when a savepoint goes by itself, in milliseconds since the
 * epoch, where it does; {@code stopped} holds the id of the manifest at which somebody stopped the job.
 *
 * <p>Fencing: manifests are created only if absent, with ids that rise by one, so of two processes that go on from the same
 * manifest one loses. A process that takes a job over first creates a CLAIM: the latest manifest again, under the next id
 * and a higher generation. From then on the process before it, if it still lives, fails at its next manifest and stops.
 */
public final class SnapshotStore {
    /** No snapshot takes longer to write. */
    public static final Duration IN_FLIGHT = Duration.ofHours(1);

    private static final String MANIFESTS = "manifests/";
    private static final String SAVEPOINTS = "savepoints/";
    private static final String SEGMENTS = "segments/";
    private static final String EXPIRY = "expiry/";
    private static final String STOPPED = "stopped";

    private final ObjectStore store;

    public SnapshotStore(ObjectStore store) {
        this.store = store;
    }

    public String uri() {
        return store.uri();
    }

    /** The newest manifest. */
    public Optional<Manifest> latest() throws IOException {
        while (true) {
            List<String> names = manifestNames();
            if (names.isEmpty()) {
                return Optional.empty();
            }
            Optional<Manifest> newest = find(names.getLast());
            if (newest.isPresent()) {
                return newest;
            }
        }
    }

    /** The newest manifest that is no claim. */
    public Optional<Manifest> latestSnapshot() throws IOException {
        for (String name : manifestNames().reversed()) {
            Optional<Manifest> found = find(name).filter(m -> !m.isClaim());
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** The manifest that a revision with that name goes on from, see {@link GoingOn}. */
    public Optional<Manifest> goingOn(String revision) throws IOException {
        List<Manifest> manifests = new ArrayList<>();
        for (Named named : list()) {
            if (named.name().startsWith(MANIFESTS)) {
                manifests.add(named.manifest());
            }
        }
        return GoingOn.from(manifests, revision, "");
    }

    /** The name of the newest manifest. */
    public Optional<String> newestName() throws IOException {
        return manifestNames().stream().reduce((older, newer) -> newer);
    }

    /** All manifests, oldest first, then all savepoints by name; the newest manifest is among them also while the job runs. */
    public List<Named> list() throws IOException {
        while (true) {
            List<String> names = manifestNames();
            List<Named> found = present(names);
            // A running job removes old ones. If it has removed even the newest since, there are newer ones.
            if (names.isEmpty() || !found.isEmpty() && found.getLast().name().equals(names.getLast())) {
                found.addAll(present(store.list(SAVEPOINTS).stream()
                        .map(ObjectStore.Entry::name)
                        .toList()));
                return found;
            }
        }
    }

    private List<Named> present(List<String> names) throws IOException {
        List<Named> found = new ArrayList<>();
        for (String name : names) {
            find(name).ifPresent(manifest -> found.add(new Named(name, manifest)));
        }
        return found;
    }

    /** A manifest and the name of its object. */
    public record Named(String name, Manifest manifest) {}

    public Manifest read(String name) throws IOException {
        return find(name).orElseThrow(() -> new IOException("there is no snapshot " + name + " in " + store.uri()));
    }

    public Optional<Manifest> find(String name) throws IOException {
        Optional<byte[]> json = store.get(name);
        return json.isEmpty() ? Optional.empty() : Optional.of(ManifestCodec.decode(json.get(), name));
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

    /**
     * Copies a snapshot of another storage into this one, as a savepoint named after its content. What its sinks had left to commit
     * is the other job's to commit, and left out.
     *
     * @return the savepoint's object; empty if the other storage has no such snapshot
     */
    public Optional<String> adopt(SnapshotStore other, String name) throws IOException {
        Optional<Manifest> found = other.find(name);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Manifest manifest = found.get().committed();
        Set<String> there = new HashSet<>();
        store.list(SEGMENTS).forEach(entry -> there.add(entry.name()));
        for (Manifest.TableState table : manifest.tables()) {
            for (Manifest.Chunk chunk : table.chunks()) {
                if (there.add(chunk.segment())) {
                    byte[] bytes = other.store
                            .get(chunk.segment())
                            .orElseThrow(() -> new IOException("the snapshot " + name + " in " + other.uri()
                                    + " is not whole: there is no " + chunk.segment()));
                    store.put(chunk.segment(), bytes, 0, bytes.length);
                }
            }
        }
        byte[] json = ManifestCodec.encode(manifest);
        return Optional.of(pin(manifest, "from-" + sha256(json, json.length).substring(0, 16)));
    }

    /** The savepoint of that name. */
    public Optional<Named> savepoint(String name) throws IOException {
        String object = SAVEPOINTS + name + ".json";
        return find(object).map(manifest -> new Named(object, manifest));
    }

    /** Notes when a savepoint is to go, in milliseconds since the epoch; {@link #removeExpired} then removes it. */
    public void expire(String savepoint, long atMillis) throws IOException {
        byte[] text = Long.toString(atMillis).getBytes(StandardCharsets.US_ASCII);
        store.put(EXPIRY + savepoint, text, 0, text.length);
    }

    /**
     * Removes the savepoints whose time has come, as {@link #remove} does.
     *
     * @return their names
     */
    public List<String> removeExpired(long nowMillis, long since) throws IOException {
        List<String> names = new ArrayList<>();
        for (ObjectStore.Entry entry : store.list(EXPIRY)) {
            Optional<byte[]> at = store.get(entry.name());
            if (at.isPresent() && isPast(at.get(), nowMillis)) {
                names.add(entry.name().substring(EXPIRY.length()));
            }
        }
        if (!names.isEmpty()) {
            remove(names.stream().map(name -> SAVEPOINTS + name + ".json").toList(), since);
        }
        return names;
    }

    private static boolean isPast(byte[] text, long nowMillis) {
        try {
            return Long.parseLong(new String(text, StandardCharsets.US_ASCII).strip()) <= nowMillis;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** Notes that somebody has stopped the job at that manifest: it is not to go on by itself. */
    public void markStopped(long id) throws IOException {
        byte[] text = Long.toString(id).getBytes(StandardCharsets.US_ASCII);
        store.put(STOPPED, text, 0, text.length);
    }

    /** Whether the job was stopped at that manifest. */
    public boolean isStoppedAt(long id) throws IOException {
        return store.get(STOPPED)
                .map(b -> new String(b, StandardCharsets.US_ASCII).strip().equals(Long.toString(id)))
                .orElse(false);
    }

    /** Removes all that there is of the job. */
    public int removeAll() throws IOException {
        // Manifests last: until then a run that was broken off can be seen, and be carried on.
        List<String> names = new ArrayList<>();
        for (String part : List.of(STOPPED, EXPIRY, SAVEPOINTS, SEGMENTS, MANIFESTS)) {
            store.list(part).forEach(e -> names.add(e.name()));
        }
        delete(names);
        return names.size();
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

    /**
     * Removes manifests by name and every segment that no manifest or savepoint left refers to, except those written after
     * {@code since}: a running job may be about to write the manifest that does.
     *
     * @param since milliseconds since the epoch
     */
    public void remove(List<String> manifests, long since) throws IOException {
        store.delete(manifests);
        store.delete(manifests.stream()
                .filter(name -> name.startsWith(SAVEPOINTS) && name.endsWith(".json"))
                .map(name -> EXPIRY + name.substring(SAVEPOINTS.length(), name.length() - ".json".length()))
                .toList());
        Set<String> referenced = new HashSet<>();
        for (Named named : list()) {
            named.manifest().tables().forEach(t -> t.chunks().forEach(c -> referenced.add(c.segment())));
        }
        store.delete(store.list(SEGMENTS).stream()
                .filter(segment -> segment.modifiedMillis() < since)
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
