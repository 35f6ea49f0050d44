package dev.headrace.api.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.api.storage.ObjectStore.Upload;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalStoreTest {
    @TempDir
    private Path folder;

    private LocalStore store;

    @BeforeEach
    void open() {
        store = new LocalStore(folder.resolve("store"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private List<String> names(String prefix) throws IOException {
        return store.list(prefix).stream().map(ObjectStore.Entry::name).toList();
    }

    private long filesOnDisk() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).count();
        }
    }

    @Test
    void keepsObjects() throws IOException {
        assertThat(store.list("")).isEmpty();
        assertThat(store.get("a/b")).isEmpty();
        store.put("a/b", bytes("-hello-"), 1, 5);
        store.put("a/c", bytes("x"), 0, 1);
        store.put("a.b", bytes("x"), 0, 1);
        assertThat(store.get("a/b")).hasValue(bytes("hello"));
        assertThat(store.get("a/b", 1, 3)).isEqualTo(bytes("ell"));
        try (InputStream in = store.open("a/b", 2)) {
            assertThat(in.readAllBytes()).isEqualTo(bytes("llo"));
        }
        assertThat(names("")).containsExactly("a.b", "a/b", "a/c");
        assertThat(names("a/")).containsExactly("a/b", "a/c");
        assertThat(names("a/b")).containsExactly("a/b");
        assertThat(names("no/such/")).isEmpty();
        store.put("a/b", bytes("again"), 0, 5);
        assertThat(store.get("a/b")).hasValue(bytes("again"));
        store.delete(List.of("a/b", "a/c", "none"));
        assertThat(names("")).containsExactly("a.b");
        assertThat(store.uri()).isEqualTo(folder.resolve("store").toString());
        assertThatThrownBy(() -> store.get("a.b", 0, 2))
                .isInstanceOf(IOException.class)
                .hasMessage(folder.resolve("store/a.b") + " ends before byte 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../out", "/etc/passwd", "a/../.."})
    void refusesNamesOutside(String name) {
        assertThatThrownBy(() -> store.put(name, bytes("x"), 0, 1))
                .isInstanceOf(IOException.class)
                .hasMessage("'" + name + "' is no name of an object in " + folder.resolve("store"));
    }

    @Test
    void createsOnce() throws Exception {
        for (int round = 0; round < 20; round++) {
            String name = "manifest-" + round;
            try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
                List<Callable<Boolean>> writers = IntStream.range(0, 4)
                        .mapToObj(i -> (Callable<Boolean>) () -> store.create(name, bytes("writer " + i)))
                        .toList();
                int written = 0;
                int winner = -1;
                List<Future<Boolean>> results = threads.invokeAll(writers);
                for (int i = 0; i < 4; i++) {
                    if (results.get(i).get()) {
                        written++;
                        winner = i;
                    }
                }
                assertThat(written).isEqualTo(1);
                assertThat(store.get(name)).hasValue(bytes("writer " + winner));
            }
        }
        assertThat(filesOnDisk()).isEqualTo(20);
    }

    @Test
    void knowsWhichUploadsArePreparedAndAbortsThem() throws IOException {
        String completed = store.upload("a/completed").prepare();
        String aborted = store.upload("a/aborted").prepare();
        assertThat(store.isPrepared(completed)).isTrue();
        store.complete(completed);
        store.abort(aborted);
        assertThat(store.isPrepared(completed)).isFalse();
        assertThat(store.isPrepared(aborted)).isFalse();
        store.abort(completed);
        store.abort(aborted);
        store.complete(aborted);
        assertThat(names("")).containsExactly("a/completed");
        assertThat(filesOnDisk()).isEqualTo(1);
    }

    @Test
    void showsAnUploadOnceComplete() throws IOException {
        String token;
        try (Upload upload = store.upload("a/b")) {
            upload.write(bytes("hello"), 0, 5);
            assertThat(upload.written()).isEqualTo(5);
            token = upload.prepare();
        }
        assertThat(names("")).isEmpty();
        LocalStore other = new LocalStore(folder.resolve("store"));
        other.complete(token);
        assertThat(store.get("a/b")).hasValue(bytes("hello"));
        other.complete(token);
        store.delete(List.of("a/b"));
        other.complete(token);
        assertThat(names("")).isEmpty();
        assertThatThrownBy(() -> store.complete("nonsense"))
                .isInstanceOf(IOException.class)
                .hasMessage("'nonsense' is no token of an upload to " + folder.resolve("store"));
    }

    @Test
    void leavesNothingOfAnUploadGivenUp() throws IOException {
        try (Upload upload = store.upload("a/b")) {
            upload.write(bytes("hello"), 0, 5);
        }
        assertThat(filesOnDisk()).isZero();
    }

    @Test
    void abortsUploads() throws IOException {
        String kept = store.upload("p/kept").prepare();
        store.upload("p/lost").prepare();
        store.upload("p/theirs").prepare();
        store.upload("q/other").prepare();
        store.abortUploads("p/", name -> !name.endsWith("theirs"), List.of(kept));
        assertThat(filesOnDisk()).isEqualTo(3);
        store.abortUploads("", name -> true, List.of(kept));
        assertThat(filesOnDisk()).isEqualTo(1);
        store.complete(kept);
        assertThat(names("")).containsExactly("p/kept");
        assertThat(folder.resolve("store/q")).doesNotExist();
    }
}
