package dev.headrace.operator.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.operator.pod.ControlApi.Command;
import dev.headrace.operator.pod.ControlApi.Target;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PodAgentTest {
    private static final Target TARGET = new Target(URI.create("http://pod"), "secret");

    private final FakeApi api = new FakeApi();
    private final MovedClock clock = new MovedClock();
    private final AtomicBoolean there = new AtomicBoolean(true);
    private final AtomicInteger news = new AtomicInteger();
    private PodAgent agent;

    private void start(String phase) {
        api.state = state(phase, 10);
        agent = new PodAgent(
                new PodAgent.Runs("shop", "orders", "A"), api, TARGET, clock, there::get, news::incrementAndGet);
    }

    @AfterEach
    void end() {
        agent.end();
    }

    @Test
    void what_a_pod_tells_is_seen_and_told_once() {
        start("Running");
        Awaitility.await().until(() -> agent.seen().is(PodState.Phase.Running));
        Awaitility.await().until(() -> news.get() == 1);
        int asked = api.asked.get();
        Awaitility.await().until(() -> api.asked.get() > asked + 2);
        assertThat(news).hasValue(1);
    }

    @Test
    void rows_are_told_twice_a_minute_at_most() {
        start("Running");
        Awaitility.await().until(() -> news.get() == 1);
        api.state = state("Running", 20);
        int asked = api.asked.get();
        Awaitility.await().until(() -> api.asked.get() > asked + 2);
        assertThat(news).hasValue(1);
        clock.now = clock.now.plusSeconds(31);
        api.state = state("Running", 30);
        Awaitility.await().until(() -> news.get() == 2);
    }

    @Test
    void a_request_is_passed_on_once_however_often_it_is_asked_for() {
        start("Waiting");
        Command start = Command.Start.latest();
        agent.ask(start);
        Awaitility.await().until(() -> api.sent.size() == 1);
        int asked = api.asked.get();
        agent.ask(start);
        agent.ask(start);
        Awaitility.await().until(() -> api.asked.get() > asked + 2);
        assertThat(api.sent).containsExactly(start);
        clock.now = clock.now.plusSeconds(6);
        agent.ask(start);
        Awaitility.await().until(() -> api.sent.size() == 2);
    }

    @Test
    void a_request_that_is_being_passed_on_is_not_passed_on_again() {
        api.hangs = true;
        start("Waiting");
        Awaitility.await().until(() -> api.asked.get() > 0);
        Command start = Command.Start.latest();
        agent.ask(start);
        agent.ask(start);
        api.hangs = false;
        api.hang.countDown();
        Awaitility.await().until(() -> api.sent.size() == 1);
        int asked = api.asked.get();
        Awaitility.await().until(() -> api.asked.get() > asked + 2);
        assertThat(api.sent).containsExactly(start);
    }

    @Test
    void a_request_that_failed_is_passed_on_when_it_is_asked_for_again() {
        start("Waiting");
        Command start = Command.Start.latest();
        api.refuses = true;
        agent.ask(start);
        Awaitility.await().until(() -> api.refused.get() == 1);
        api.refuses = false;
        Awaitility.await().untilAsserted(() -> {
            agent.ask(start);
            assertThat(api.sent).isNotEmpty();
        });
    }

    @Test
    void a_savepoint_that_was_asked_for_is_looked_after() {
        start("Running");
        api.savepoint = new SavepointState.InProgress();
        agent.ask(new Command.Savepoint("monday"));
        Awaitility.await().until(() -> agent.savepoint("monday").equals(new SavepointState.InProgress()));
        api.savepoint = new SavepointState.Failed("no room");
        Awaitility.await().until(() -> agent.savepoint("monday").equals(new SavepointState.Failed("no room")));
    }

    @Test
    void one_missing_answer_is_forgiven_and_silence_is_told() {
        start("Running");
        Awaitility.await().until(() -> agent.seen().is(PodState.Phase.Running));
        api.silent = true;
        int asked = api.asked.get();
        Awaitility.await().until(() -> api.asked.get() > asked + 2);
        assertThat(agent.seen().is(PodState.Phase.Running)).isTrue();
        Instant answered = clock.now;
        clock.now = clock.now.plusSeconds(10);
        Awaitility.await().until(() -> agent.seen().equals(new PodSeen.Silent(answered, "connection refused")));
    }

    @Test
    void a_pod_that_does_not_answer_holds_up_nobody() {
        api.hangs = true;
        start("Running");
        Awaitility.await().until(() -> api.asked.get() > 0);
        assertThat(agent.seen()).isEqualTo(new PodSeen.Unasked());
        agent.ask(new Command.Savepoint("a"));
        assertThat(agent.savepoint("a")).isEqualTo(new SavepointState.Unasked());
        api.hang.countDown();
    }

    @Test
    void one_that_has_not_answered_within_five_seconds_is_silent_whatever_its_answer_waits_for() {
        api.hangs = true;
        start("Running");
        Instant began = clock.now;
        clock.now = began.plusSeconds(4);
        assertThat(agent.seen()).isEqualTo(new PodSeen.Unasked());
        clock.now = began.plusSeconds(5);
        assertThat(agent.seen()).isEqualTo(new PodSeen.Silent(began, "it has not answered since it was found"));
        api.hangs = false;
        api.hang.countDown();
        Awaitility.await().until(() -> agent.seen().is(PodState.Phase.Running));
    }

    @Test
    void a_pod_is_seen_though_it_cannot_tell_of_a_savepoint() {
        api.storageAway = true;
        start("Running");
        agent.savepoint("monday");
        Awaitility.await().until(() -> agent.savepoint("monday").equals(new SavepointState.Unknown()));
        assertThat(agent.seen().is(PodState.Phase.Running)).isTrue();
        api.state = state("Stopped", 10);
        clock.now = clock.now.plusSeconds(6);
        Awaitility.await().until(() -> agent.seen().is(PodState.Phase.Stopped));
        api.storageAway = false;
        api.savepoint = new SavepointState.Failed("no room");
        Awaitility.await().until(() -> agent.savepoint("monday").equals(new SavepointState.Failed("no room")));
    }

    @Test
    void savepoints_that_nobody_looks_at_any_more_are_not_asked_for() {
        start("Stopped");
        agent.savepoint("monday");
        Awaitility.await().until(() -> api.savepointsAsked.get() > 0);
        clock.now = clock.now.plusSeconds(61);
        int rounds = api.asked.get();
        Awaitility.await().until(() -> api.asked.get() > rounds + 1);
        int asked = api.savepointsAsked.get();
        Awaitility.await().until(() -> api.asked.get() > rounds + 3);
        assertThat(api.savepointsAsked).hasValue(asked);
    }

    @Test
    void what_was_asked_for_long_ago_is_not_remembered() {
        start("Running");
        for (int i = 0; i < 100; i++) {
            agent.ask(new Command.Savepoint("s" + i));
            int sent = i + 1;
            Awaitility.await().until(() -> api.sent.size() == sent);
            clock.now = clock.now.plusSeconds(6);
        }
        assertThat(agent.askedFor()).isLessThan(3);
    }

    @Test
    void an_agent_goes_on_whatever_goes_wrong() {
        api.breaks = true;
        start("Running");
        Awaitility.await()
                .until(() -> agent.seen() instanceof PodSeen.Silent(Instant since, String error)
                        && error.equals("no pod has ever said that"));
        api.breaks = false;
        Awaitility.await().until(() -> agent.seen().is(PodState.Phase.Running));
    }

    @Test
    void what_could_not_be_told_is_told_again() {
        api.state = state("Running", 10);
        agent = new PodAgent(new PodAgent.Runs("shop", "orders", "A"), api, TARGET, clock, there::get, () -> {
            if (news.incrementAndGet() == 1) {
                throw new IllegalStateException("nobody listens");
            }
        });
        Awaitility.await().until(() -> news.get() == 2);
        assertThat(agent.alive()).isTrue();
    }

    @Test
    void an_agent_ends_with_its_pod() {
        start("Running");
        Awaitility.await().until(() -> api.asked.get() > 0);
        there.set(false);
        Awaitility.await().until(() -> !agent.alive());
    }

    private static PodState state(String phase, long rows) {
        return new PodState(
                PodState.Phase.valueOf(phase),
                "",
                Optional.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                rows,
                0,
                0,
                0,
                Optional.empty(),
                0,
                Optional.empty(),
                Optional.empty(),
                0,
                Optional.empty(),
                Optional.empty(),
                "",
                Optional.empty());
    }

    private static final class MovedClock extends Clock {
        private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private static final class FakeApi implements ControlApi {
        private volatile PodState state = PodAgentTest.state("Starting", 0);
        private volatile SavepointState savepoint = new SavepointState.Unknown();
        private volatile boolean silent;
        private volatile boolean refuses;
        private volatile boolean hangs;
        private volatile boolean breaks;
        private volatile boolean storageAway;
        private final AtomicInteger savepointsAsked = new AtomicInteger();
        private final CountDownLatch hang = new CountDownLatch(1);
        private final AtomicInteger asked = new AtomicInteger();
        private final AtomicInteger refused = new AtomicInteger();
        private final List<Command> sent = new CopyOnWriteArrayList<>();

        @Override
        public PodState state(Target pod) throws IOException, InterruptedException {
            asked.incrementAndGet();
            if (hangs) {
                hang.await();
            }
            if (silent) {
                throw new IOException("connection refused");
            }
            if (breaks) {
                throw new IllegalArgumentException("no pod has ever said that");
            }
            return state;
        }

        @Override
        public SavepointState savepoint(Target pod, String name) throws IOException {
            savepointsAsked.incrementAndGet();
            if (storageAway) {
                throw new IOException("the pod answered 503");
            }
            return savepoint;
        }

        @Override
        public void send(Target pod, Command command) throws IOException {
            if (refuses) {
                refused.incrementAndGet();
                throw new IOException("no");
            }
            sent.add(command);
        }
    }
}
