package dev.headrace.testing;

import dev.headrace.api.storage.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A store as one process sees it, which may die before and after each write. */
final class TestStore implements ObjectStore {
    private final ObjectStore store;
    private final KillPoints kills;
    private final Faults faults;

    TestStore(ObjectStore store, KillPoints kills, Faults faults) {
        this.store = store;
        this.kills = kills;
        this.faults = faults;
    }

    /** What goes wrong with a call. */
    interface Faults {
        Faults NONE = call -> {};

        /** Called before and after each call takes effect; throws if it fails there. */
        void around(String call) throws IOException;
    }

    private interface Action<T> {
        T run() throws IOException;
    }

    private <T> T write(String call, Action<T> action) throws IOException {
        kills.pass("before " + call);
        T result = read(call, action);
        kills.pass("after " + call);
        return result;
    }

    private <T> T read(String call, Action<T> action) throws IOException {
        faults.around("before " + call);
        T result = action.run();
        faults.around("after " + call);
        return result;
    }

    @Override
    public String uri() {
        return store.uri();
    }

    @Override
    public void put(String name, byte[] bytes, int offset, int length) throws IOException {
        write("put of " + name, () -> {
            store.put(name, bytes, offset, length);
            return true;
        });
    }

    @Override
    public boolean create(String name, byte[] bytes) throws IOException {
        return write("create of " + name, () -> store.create(name, bytes));
    }

    @Override
    public Optional<byte[]> get(String name) throws IOException {
        return read("get of " + name, () -> store.get(name));
    }

    @Override
    public byte[] get(String name, long offset, int length) throws IOException {
        return read("get of " + name, () -> store.get(name, offset, length));
    }

    @Override
    public InputStream open(String name, long offset) throws IOException {
        return read("open of " + name, () -> store.open(name, offset));
    }

    @Override
    public List<Entry> list(String prefix) throws IOException {
        return read("list of " + prefix, () -> store.list(prefix));
    }

    @Override
    public void delete(List<String> names) throws IOException {
        write("delete of " + names, () -> {
            store.delete(names);
            return true;
        });
    }

    @Override
    public Upload upload(String name) throws IOException {
        return store.upload(name);
    }

    @Override
    public void complete(String token) throws IOException {
        store.complete(token);
    }

    @Override
    public boolean isPrepared(String token) throws IOException {
        return store.isPrepared(token);
    }

    @Override
    public void abort(String token) throws IOException {
        store.abort(token);
    }

    @Override
    public void abortUploads(String prefix, Predicate<String> mine, List<String> kept) throws IOException {
        store.abortUploads(prefix, mine, kept);
    }

    @Override
    public void close() {
        store.close();
    }
}
