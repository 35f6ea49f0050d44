package dev.headrace.testing;

import dev.headrace.api.storage.ObjectStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** A store in memory, which is there as long as somebody holds it. */
public final class MemoryStore implements ObjectStore {
    private final TreeMap<String, byte[]> objects = new TreeMap<>();
    /** What was prepared and not completed, by token: {@code number/name}. */
    private final Map<String, byte[]> prepared = new TreeMap<>();

    private int uploads;

    @Override
    public String uri() {
        return "memory";
    }

    @Override
    public synchronized void put(String name, byte[] bytes, int offset, int length) {
        objects.put(name, Arrays.copyOfRange(bytes, offset, offset + length));
    }

    @Override
    public synchronized boolean create(String name, byte[] bytes) {
        return objects.putIfAbsent(name, bytes.clone()) == null;
    }

    @Override
    public synchronized Optional<byte[]> get(String name) {
        return Optional.ofNullable(objects.get(name)).map(byte[]::clone);
    }

    @Override
    public byte[] get(String name, long offset, int length) throws IOException {
        byte[] bytes = present(name);
        if (offset + length > bytes.length) {
            throw new IOException(name + " in " + uri() + " ends before byte " + (offset + length));
        }
        return Arrays.copyOfRange(bytes, (int) offset, (int) offset + length);
    }

    private byte[] present(String name) throws IOException {
        return get(name).orElseThrow(() -> new IOException("there is no " + name + " in " + uri()));
    }

    @Override
    public InputStream open(String name, long offset) throws IOException {
        byte[] bytes = present(name);
        return new ByteArrayInputStream(bytes, (int) offset, bytes.length - (int) offset);
    }

    @Override
    public synchronized List<Entry> list(String prefix) {
        List<Entry> found = new ArrayList<>();
        objects.tailMap(prefix).forEach((name, bytes) -> {
            if (name.startsWith(prefix)) {
                found.add(new Entry(name, bytes.length, 0));
            }
        });
        return found;
    }

    @Override
    public synchronized void delete(List<String> names) {
        names.forEach(objects::remove);
    }

    @Override
    public Upload upload(String name) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        return new Upload() {
            @Override
            public void write(byte[] source, int offset, int length) {
                bytes.write(source, offset, length);
            }

            @Override
            public long written() {
                return bytes.size();
            }

            @Override
            public String prepare() {
                synchronized (MemoryStore.this) {
                    String token = uploads++ + "/" + name;
                    prepared.put(token, bytes.toByteArray());
                    return token;
                }
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public synchronized void complete(String token) throws IOException {
        byte[] bytes = prepared.remove(token);
        String name = nameOf(token);
        if (bytes != null) {
            objects.put(name, bytes);
        } else if (!objects.containsKey(name)) {
            throw new IOException("there is no upload " + token + " in " + uri());
        }
    }

    @Override
    public synchronized boolean isPrepared(String token) {
        return prepared.containsKey(token);
    }

    @Override
    public synchronized void abort(String token) {
        prepared.remove(token);
    }

    @Override
    public synchronized void abortUploads(String prefix, Predicate<String> mine, List<String> kept) {
        prepared.keySet().removeIf(token -> {
            String name = nameOf(token);
            return !kept.contains(token) && name.startsWith(prefix) && mine.test(name);
        });
    }

    private static String nameOf(String token) {
        return token.substring(token.indexOf('/') + 1);
    }

    @Override
    public void close() {}
}
