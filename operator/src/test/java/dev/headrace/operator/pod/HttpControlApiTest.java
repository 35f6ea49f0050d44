package dev.headrace.operator.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.net.httpserver.HttpServer;
import dev.headrace.operator.pod.ControlApi.Command;
import dev.headrace.operator.pod.ControlApi.Target;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class HttpControlApiTest {
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final HttpControlApi api = new HttpControlApi();
    private HttpServer server;
    private Target pod;
    private volatile int status = 200;
    private volatile String body = "{}";

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                        + exchange.getRequestHeaders().getFirst("Authorization") + " "
                        + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(status, bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
        server.start();
        pod = new Target(URI.create("http://127.0.0.1:" + server.getAddress().getPort()), "secret");
    }

    @AfterEach
    void end() {
        server.stop(0);
    }

    static Stream<Arguments> commands() {
        return Stream.of(
                Arguments.of(Command.Start.latest(), "POST /v1/start Bearer secret {}"),
                Arguments.of(Command.Start.begin(Optional.empty(), false), "POST /v1/start Bearer secret {}"),
                Arguments.of(
                        Command.Start.begin(Optional.of("s3://b/s"), false),
                        "POST /v1/start Bearer secret {\"from\":\"s3://b/s\",\"once\":true}"),
                Arguments.of(
                        Command.Start.begin(Optional.empty(), true),
                        "POST /v1/start Bearer secret {\"fresh\":true,\"once\":true}"),
                Arguments.of(
                        Command.Start.back(Optional.of("upgrade-B-2")),
                        "POST /v1/start Bearer secret {\"from\":\"upgrade-B-2\",\"return\":true}"),
                Arguments.of(new Command.Savepoint("monday"), "POST /v1/savepoints/monday Bearer secret {}"),
                Arguments.of(
                        Command.Stop.with(Optional.of("last")), "POST /v1/stop Bearer secret {\"savepoint\":\"last\"}"),
                Arguments.of(
                        Command.Stop.at(Optional.of("last"), Duration.ofHours(1)),
                        "POST /v1/stop Bearer secret {\"savepoint\":\"last\",\"keepSeconds\":3600}"),
                Arguments.of(Command.Stop.abrupt(), "POST /v1/stop Bearer secret {\"abort\":true}"));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void a_command_is_a_request(Command command, String request) throws Exception {
        status = 202;
        api.send(pod, command);
        assertThat(requests).containsExactly(request);
    }

    @Test
    void an_older_runtime_keeps_a_savepoint_for_good() throws Exception {
        status = 400;
        body = "{\"error\":\"there is no field 'keepSeconds'; there are: savepoint, drain, abort\"}";
        assertThatThrownBy(() -> api.send(pod, Command.Stop.at(Optional.of("last"), Duration.ofHours(1))))
                .isInstanceOf(IOException.class);
        assertThat(requests)
                .containsExactly(
                        "POST /v1/stop Bearer secret {\"savepoint\":\"last\",\"keepSeconds\":3600}",
                        "POST /v1/stop Bearer secret {\"savepoint\":\"last\"}");
    }

    @Test
    void a_state_is_read_with_what_is_absent_as_not_known() throws Exception {
        body = """
                {"job":"orders","revision":"0123456789","phase":"Running","reason":"Runs","message":"","startedFrom":"41",
                 "lag":7,"watermark":1767225600000,"rowsIn":10,"rowsOut":5,"lateRows":1,"stateBytes":99,
                 "snapshot":{"name":"42","path":"s3://b/42","at":1767225601000,"durationMillis":3,"bytes":8},
                 "snapshotFailures":0,"restarts":2,"more":{"is":"ignored"}}
                """;
        PodState state = api.state(pod);
        assertThat(state.phase()).isEqualTo(PodState.Phase.Running);
        assertThat(state.lag()).hasValue(7);
        assertThat(state.watermark()).contains(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(state.snapshot().orElseThrow().path()).isEqualTo("s3://b/42");
        assertThat(state.snapshotTrouble()).isEmpty();
        assertThat(state.hasSnapshot()).isTrue();
        body = "{\"phase\":\"Dancing\"}";
        PodState other = api.state(pod);
        assertThat(other.phase()).isEqualTo(PodState.Phase.Unknown);
        assertThat(other.lag()).isEmpty();
        assertThat(other.hasSnapshot()).isFalse();
    }

    @Test
    void the_snapshot_that_it_began_with_is_none_of_its_own() throws Exception {
        body = "{\"phase\":\"Running\",\"startedFrom\":\"42\",\"snapshot\":{\"name\":\"42\",\"at\":1}}";
        assertThat(api.state(pod).hasSnapshot()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'\"phase\":\"Starting\",\"snapshotRevision\":\"B\"'                                          | true",
                "'\"phase\":\"Running\",\"snapshotRevision\":\"A\",\"startedFrom\":\"1\",\"snapshot\":{\"name\":\"2\"}' | false",
                "'\"phase\":\"Running\",\"startedFrom\":\"1\",\"snapshot\":{\"name\":\"2\"}'                       | true",
                "'\"phase\":\"Running\",\"startedFrom\":\"1\"'                                                | false",
                "'\"phase\":\"BackingOff\",\"startedFrom\":\"1\",\"snapshot\":{\"name\":\"2\"}'                    | false",
            })
    void storage_tells_what_a_revision_has_written_and_for_an_older_runtime_its_process(String text, boolean written)
            throws Exception {
        body = "{" + text + "}";
        assertThat(api.state(pod).hasWritten("B")).isEqualTo(written);
    }

    @Test
    void who_was_taken_over_says_so() throws Exception {
        body = "{\"phase\":\"Stopped\",\"reason\":\"TakenOver\"}";
        assertThat(api.state(pod).isTakenOver()).isTrue();
        body = "{\"phase\":\"Stopped\",\"reason\":\"StopAsked\"}";
        assertThat(api.state(pod).isTakenOver()).isFalse();
    }

    @Test
    void a_savepoint_is_what_has_become_of_it() throws Exception {
        body = "{\"phase\":\"InProgress\"}";
        assertThat(api.savepoint(pod, "a")).isEqualTo(new SavepointState.InProgress());
        body =
                "{\"phase\":\"Completed\",\"path\":\"s3://b/a\",\"bytes\":5,\"durationMillis\":6,\"offsets\":{\"t\":{\"0\":12}}}";
        assertThat(api.savepoint(pod, "a"))
                .isEqualTo(new SavepointState.Completed("s3://b/a", 5, 6, Map.of("t", Map.of("0", 12))));
        body = "{\"phase\":\"Failed\",\"error\":\"no room\"}";
        assertThat(api.savepoint(pod, "a")).isEqualTo(new SavepointState.Failed("no room"));
        status = 404;
        assertThat(api.savepoint(pod, "a")).isEqualTo(new SavepointState.Unknown());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "401 | {}                   | the pod does not know the operator's token; if the operator's key was changed",
                "500 | {\"error\": \"oops\"} | the pod answered 500 to /v1/state: {\"error\": \"oops\"}",
                "400 | what?                | the pod answered 400 to /v1/state: what?",
            })
    void an_answer_that_is_none_is_told(int code, String text, String message) {
        status = code;
        body = text;
        assertThatThrownBy(() -> api.state(pod))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("secret");
    }

    /** A pod that sends headers, and of the body so many bytes of those that it has said. */
    private Target sends(long bytes) {
        server.createContext("/stuck", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] spaces = new byte[1 << 16];
            Arrays.fill(spaces, (byte) ' ');
            for (long sent = 0; sent < bytes; sent += spaces.length) {
                exchange.getResponseBody().write(spaces);
            }
            exchange.getResponseBody().flush();
            // It stays open, and nothing more comes.
        });
        return new Target(pod.base().resolve("/stuck"), "secret");
    }

    @Test
    void a_body_that_does_not_come_is_waited_for_as_long_as_headers_are() {
        Target stuck = sends(1);
        HttpControlApi impatient = new HttpControlApi(Duration.ofMillis(300));
        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertThatThrownBy(() -> impatient.state(stuck))
                        .isInstanceOf(IOException.class)
                        .hasMessage("the pod's answer to /stuck/v1/state did not come within 300ms"));
    }

    @Test
    void a_body_without_end_is_not_taken_in() {
        Target stuck = sends((1 << 20) + 1);
        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertThatThrownBy(() -> api.state(stuck))
                        .isInstanceOf(IOException.class)
                        .hasMessageNotContaining("did not come within"));
    }
}
