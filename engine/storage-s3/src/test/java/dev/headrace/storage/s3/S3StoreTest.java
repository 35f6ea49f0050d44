package dev.headrace.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headrace.api.error.UserError;
import dev.headrace.api.storage.ObjectStore;
import dev.headrace.testing.s3.S3Server;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On a real S3 server. */
class S3StoreTest {
    @TempDir
    static Path folder;

    private static S3Server server;
    private ObjectStore store;

    @BeforeAll
    static void startTheServer() {
        server = S3Server.start(folder, "bucket");
    }

    @AfterAll
    static void stopTheServer() {
        server.close();
    }

    @BeforeEach
    void openAStoreOfItsOwn(TestInfo test) {
        store = open(test.getTestMethod().orElseThrow().getName());
    }

    private static ObjectStore open(String prefix) {
        return new S3Provider().open("s3://bucket/" + prefix, server.settings());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void what_is_put_is_read_whole_in_part_and_as_a_stream() throws IOException {
        store.put("a/b", bytes("0123456789"), 0, 10);
        assertThat(store.get("a/b").orElseThrow()).isEqualTo(bytes("0123456789"));
        assertThat(store.get("a/b", 3, 4)).isEqualTo(bytes("3456"));
        try (InputStream in = store.open("a/b", 8)) {
            assertThat(in.readAllBytes()).isEqualTo(bytes("89"));
        }
        try (InputStream in = store.open("a/b", 10)) {
            assertThat(in.readAllBytes()).isEmpty();
        }
        assertThatThrownBy(() -> store.open("a/b", 11)).isInstanceOf(IOException.class);
        assertThat(store.get("nothing")).isEmpty();
        store.put("a/b", bytes("xxnewxx"), 2, 3);
        assertThat(store.get("a/b").orElseThrow()).isEqualTo(bytes("new"));
    }

    @Test
    void lists_are_sorted_and_deleted_objects_are_gone() throws IOException {
        for (String name : List.of("m/2", "m/10", "m/1", "n/1")) {
            store.put(name, bytes(name), 0, name.length());
        }
        assertThat(store.list("m/").stream().map(ObjectStore.Entry::name)).containsExactly("m/1", "m/10", "m/2");
        store.delete(List.of("m/1", "m/2", "m/none"));
        assertThat(store.list("").stream().map(ObjectStore.Entry::name)).containsExactly("m/10", "n/1");
    }

    @Test
    void of_many_that_create_an_object_at_once_one_does() {
        List<CompletableFuture<Boolean>> tries = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> {
                    try {
                        return store.create("manifest", bytes("writer " + i));
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                }))
                .toList();
        assertThat(tries.stream().filter(CompletableFuture::join).count()).isEqualTo(1);
    }

    @Test
    void an_upload_shows_once_it_is_completed_from_another_process_too_and_twice_does_no_harm() throws IOException {
        String token;
        try (ObjectStore.Upload upload = store.upload("big")) {
            byte[] block = new byte[1 << 20];
            for (int i = 0; i < 20; i++) {
                java.util.Arrays.fill(block, (byte) i);
                upload.write(block, 0, block.length);
            }
            token = upload.prepare();
        }
        assertThat(store.get("big")).isEmpty();
        ObjectStore other =
                open("an_upload_shows_once_it_is_completed_from_another_process_too_and_twice_does_no_harm");
        other.complete(token);
        other.complete(token);
        byte[] read = other.get("big").orElseThrow();
        assertThat(read).hasSize(20 << 20);
        assertThat(read[19 << 20]).isEqualTo((byte) 19);
    }

    @Test
    void uploads_of_ones_own_that_are_not_kept_are_aborted() throws IOException {
        String kept = prepared("part-1");
        String gone = prepared("part-2");
        String foreign = prepared("other-3");
        store.abortUploads("", name -> name.startsWith("part-"), List.of(kept));
        store.complete(kept);
        store.complete(foreign);
        assertThatThrownBy(() -> store.complete(gone)).isInstanceOf(IOException.class);
        assertThat(store.list("").stream().map(ObjectStore.Entry::name)).containsExactly("other-3", "part-1");
    }

    @Test
    void an_upload_is_prepared_until_it_is_completed_or_aborted() throws IOException {
        String completed = prepared("completed");
        String aborted = prepared("aborted");
        assertThat(store.isPrepared(completed)).isTrue();
        store.complete(completed);
        store.abort(aborted);
        assertThat(store.isPrepared(completed)).isFalse();
        assertThat(store.isPrepared(aborted)).isFalse();
        store.abort(completed);
        store.abort(aborted);
        assertThatThrownBy(() -> store.complete(aborted)).isInstanceOf(IOException.class);
        assertThat(store.list("").stream().map(ObjectStore.Entry::name)).containsExactly("completed");
    }

    private String prepared(String name) throws IOException {
        try (ObjectStore.Upload upload = store.upload(name)) {
            upload.write(bytes(name), 0, name.length());
            return upload.prepare();
        }
    }

    @Test
    void a_server_that_goes_and_comes_back_is_waited_for() throws Exception {
        store.put("before", bytes("1"), 0, 1);
        server.stop();
        CompletableFuture<Void> put = CompletableFuture.runAsync(() -> {
            try {
                store.put("meanwhile", bytes("2"), 0, 1);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(put.isDone()).isFalse();
        server.start();
        put.join();
        assertThat(store.get("meanwhile").orElseThrow()).isEqualTo(bytes("2"));
        assertThat(store.get("before")).isPresent();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '!',
            value = {
                "s3://Head Race/x y | http://127.0.0.1:1 | 's3://Head Race/x y' is no address of objects: Illegal character in authority",
                "s3:///x            | http://127.0.0.1:1 | 's3:///x' names no bucket; write s3://bucket/prefix",
                "s3://bucket/x      | s3.flights:9000    | is 's3.flights:9000'; write it with its scheme, as http://host:9000",
                "s3://bucket/x      | 127.0.0.1:9000     | is '127.0.0.1:9000'; write it with its scheme, as http://host:9000",
                "s3://bucket/x      | s3.flights         | is 's3.flights'; write it with its scheme, as http://host:9000",
                "s3://bucket/x      | ftp://s3.flights   | is 'ftp://s3.flights'; write it with its scheme, as http://host:9000",
            })
    void a_mistake_in_an_address_is_one_of_what_was_asked(String uri, String endpoint, String said) {
        Map<String, String> settings = new HashMap<>(server.settings());
        settings.put("endpoint", endpoint);
        assertThatThrownBy(() -> new S3Provider().open(uri, settings))
                .isInstanceOfSatisfying(
                        UserError.class, error -> assertThat(error.kind()).isEqualTo(UserError.Kind.REQUEST))
                .hasMessageContaining(said);
    }

    @Test
    void a_wrong_secret_is_said_without_the_secret() {
        Map<String, String> settings = new HashMap<>(server.settings());
        settings.put("secret-key", "very-secret");
        ObjectStore wrong = new S3Provider().open("s3://bucket/x", settings);
        assertThatThrownBy(() -> wrong.put("a", bytes("1"), 0, 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot write a in s3://bucket/x: 403")
                .hasMessageNotContaining("very-secret");
        assertThat(wrong.toString()).doesNotContain("secret");
    }
}
