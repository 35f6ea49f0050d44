package dev.headrace.operator.change;

import static dev.headrace.operator.change.Moments.moment;
import static dev.headrace.operator.change.Moments.steady;
import static dev.headrace.operator.change.Moments.upgrade;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.crds.StreamJobSpec.RestoreFrom;
import dev.headrace.crds.StreamJobSpec.Strategy;
import dev.headrace.crds.word.Reason;
import dev.headrace.crds.word.Step;
import dev.headrace.operator.pod.ControlApi.Command;
import dev.headrace.operator.pod.SavepointState;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each step of a change, as a table: what is remembered and seen, what comes next, what is done then, what is told. */
class ChangesTest {
    private static final SavepointState SAVED = new SavepointState.Completed("s3://b/s", 1, 1, Map.of());
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration DEADLINE = Duration.ofMinutes(10);

    /**
     * Next is {@code STEP from>to}, or {@code steady REVISION}, with {@code done} where what was active has finished; actions are those in the state that comes next, on the same
     * observation. A job asks for B, unless it is said otherwise; what began, began a while before.
     */
    private static final String ROWS = """
            # name | remembered | seen | next | actions | told

            # A job's first revision.
            new                                      | new                 | ''                               | Trying >B       | run B 1                              | ''
            new, refused spec                        | new                 | spec refused                     | steady          | ''                                   | ''
            new, suspended                           | new                 | suspended                        | Suspended >     | ''                                   | ''
            first, plans                             | first Trying        | B Starting                       | Trying >B       | run B 1                              | ''
            first, planned                           | first Trying        | B Waiting                        | Starting >B     | run B 1, begin B                     | ''
            first, goes on by itself                 | first Trying        | B Running                        | Starting >B     | run B 1                              | ''
            first, invalid                           | first Trying        | B Invalid                        | steady          | remove B                             | JobRefused
            first, late                              | first Trying        | B Pending, after 10m             | Trying >B       | run B 1                              | ''
            first, refused                           | first Trying        | B Refused, after 30m             | Trying >B       | run B 1 again                        | ''
            first, edited                            | first Trying        | asks C, B Starting               | steady          | remove B                             | ''
            first, runs                              | first Starting      | B Running                        | Starting >B     | run B 1                              | ''
            first, invalid once it starts            | first Starting      | B Invalid                        | steady          | remove B                             | JobRefused
            first, has a snapshot                    | first Starting      | B Running+                       | steady B        | run B 1                              | Started
            first, finished                          | first Starting      | B Finished                       | steady B        | run B 1                              | Started
            first, late to snapshot                  | first Starting      | B Running, after 10m             | Starting >B     | run B 1                              | ''
            first, edited while failing              | first Starting      | asks C, B BackingOff             | Starting >B     | run B 1, stop B abort                | ''
            first, edited before its snapshot        | first Starting      | asks C, B Running                | Starting >B     | run B 1, stop B abort                | ''
            first, edited, has ended                 | first Starting      | asks C, B Stopped                | steady          | remove B                             | ''
            first, edited, was too late              | first Starting      | asks C, B Running+               | steady B        | run B 1                              | Started
            first, edited, does not answer           | first Starting      | asks C, B Silent, after 59s      | Starting >B     | run B 1, stop B abort                | ''
            first, edited, does not answer for long  | first Starting      | asks C, B Silent, after 1m       | steady          | remove B                             | ''
            first, edited, has no pod                | first Starting      | asks C, B Pending                | steady          | remove B                             | ''
            first, suspended while failing           | first Starting      | suspended, B BackingOff          | Suspending B>   | run B 1, stop B suspend-2            | ''
            first, stops                             | first Suspending    | suspended, B Stopping            | Suspending B>   | run B 1, stop B suspend-2            | ''
            first, stops with its first snapshot     | first Suspending    | suspended, B Stopped+, saved     | Suspended B>    | run B 0                              | Suspended
            first, stops without a snapshot          | first Suspending    | suspended, B Stopped, not saved  | Suspended >     | remove B                             | StoppedWithoutSavepoint
            first, never ran and is to stop          | first Suspending    | suspended, B Pending, after 11s  | Suspended >     | remove B                             | StoppedWithoutSavepoint
            first, finishes as it is to stop         | first Suspending    | suspended, B Finished            | steady B done   | run B 1                              | ''
            first, comes again before its snapshot   | first Starting      | B Waiting                        | Starting >B     | run B 1, begin B                     | ''
            first, has been there before             | first Starting      | B Waiting@B                      | steady B        | run B 1, start B                     | Started
            # Steady.
            as asked                                 | steady B            | B Running+                       | steady B        | run B 1                              | ''
            its pod is gone                          | steady B            | ''                               | steady B        | run B 1                              | ''
            refused                                  | steady B            | B Refused, after 59s             | steady B        | run B 1                              | ''
            refused for long                         | steady B            | B Refused, after 1m              | steady B        | run B 1 again                        | ''
            waits                                    | steady B            | B Waiting                        | steady B        | run B 1, start B                     | ''
            was stopped by someone                   | steady B            | B Stopped                        | steady B        | run B 1, start B                     | ''
            was taken over by someone                | steady B            | B Stopped!                       | steady B        | run B 1                              | ''
            its pod ends                             | steady B            | B Leaving, after 1m              | steady B        | run B 1                              | ''
            its pod does not end                     | steady B            | B Leaving, after 2m              | steady B        | run B 1, force B                     | ''
            something is left over                   | steady B            | A Absent, B Running+             | steady B        | run B 1, remove A                    | ''
            left over of an earlier try              | steady A            | A Running+, B Leaving            | steady A        | run A 1, remove B                    | ''
            edited                                   | steady A            | A Running+                       | Trying A>B      | run A 1, run B 1                     | UpgradeStarted
            edited, refused spec                     | steady A            | spec refused, A Running+         | steady A        | run A 1                              | ''
            edited, handover                         | steady A            | handover, A Running+             | Trying A>B      | run A 1, run B 1                     | HandoverNotSupported UpgradeStarted
            refused before                           | refused A           | A Running+                       | steady A        | run A 1                              | ''
            refused before, edited again             | refused A           | generation 3, A Running+         | Trying A>B      | run A 1, run B 1                     | UpgradeStarted
            suspended                                | steady B            | suspended, B Running+            | Suspending B>   | run B 1, stop B suspend-2            | ''
            edited and suspended                     | steady A            | suspended, A Running+            | Suspending A>   | run A 1, stop A suspend-2            | ''
            # Finished.
            finishes                                 | steady B            | B Finished                       | steady B done   | run B 1                              | ''
            finishes, to be suspended                | steady B            | suspended, B Finished            | steady B done   | run B 1                              | ''
            finished, its log is being read          | finished B          | B Finished, after 9s             | steady B done   | run B 1                              | ''
            finished, its log has been read          | finished B          | B Finished, after 10s            | steady B done   | run B 0                              | ''
            finished                                 | finished B          | B Absent                         | steady B done   | run B 0                              | ''
            finished, its pod still goes             | finished B          | B Leaving                        | steady B done   | run B 0                              | ''
            finished, suspended                      | finished B          | suspended, B Absent              | steady B done   | run B 0                              | ''
            finished, edited                         | finished A          | A Absent                         | Trying A>B done | run A 0, run B 1                     | UpgradeStarted
            finished, edited, refused spec           | finished A          | spec refused, A Absent           | steady A done   | run A 0                              | ''
            finished, edited and suspended           | finished A          | suspended, A Absent              | steady A done   | run A 0                              | ''
            finished, the edit is invalid            | again Trying        | A Absent, B Invalid              | steady A done   | run A 0, remove B                    | UpgradeRefused
            finished, edited back                    | again Trying        | asks A, A Absent, B Waiting      | steady A done   | run A 0, remove B                    | ''
            finished, edited, then suspended         | again Trying        | suspended, A Absent, B Waiting   | steady A done   | run A 0, remove B                    | ''
            finished, the edit can be run            | again Trying        | A Absent, B Waiting              | Stopping A>B done | run A 0, run B 1                   | UpgradePlanned
            finished, makes way                      | again Stopping      | A Absent, B Waiting              | Starting A>B done | run A 0, run B 1, begin B          | ''
            finished, the edit runs                  | again Starting      | A Absent, B Running+             | steady B        | run B 1, remove A                    | UpgradeCompleted
            finished, the edit finishes              | again Starting      | A Absent, B Finished             | steady B        | run B 1, remove A                    | UpgradeCompleted
            finished, the edit does not run          | again Starting      | A Absent, B Running, after 10m   | RollingBack A>B done | run A 0, stop B abort           | RolledBack
            finished, the edit is gone               | again RollingBack   | A Absent                         | steady A done   | run A 0                              | ''
            # Trying.
            plans                                    | upgrade Trying      | A Running+, B Starting           | Trying A>B      | run A 1, run B 1                     | ''
            planned                                  | upgrade Trying      | A Running+, B Waiting            | Stopping A>B    | run A 1, run B 1, stop A upgrade-B-2 | UpgradePlanned
            invalid                                  | upgrade Trying      | A Running+, B Invalid            | steady A        | run A 1, remove B                    | UpgradeRefused
            not there in time                        | upgrade Trying      | A Running+, B Pending, after 10m | steady A        | run A 1, remove B                    | UpgradeRefused
            pod refused                              | upgrade Trying      | A Running+, B Refused, after 1m  | Trying A>B      | run A 1, run B 1 again               | ''
            pod refused until the deadline           | upgrade Trying      | A Running+, B Refused, after 10m | steady A        | run A 1, remove B                    | UpgradeRefused
            object refused                           | upgrade Trying      | A Running+, object refused       | steady A        | run A 1                              | UpgradeRefused
            object of another refused | upgrade Trying     | A Running+, object refused C     | Trying A>B      | run A 1, run B 1                     | ''
            shared object refused    | upgrade Trying      | A Running+, object refused shared | Trying A>B     | run A 1, run B 1                     | ''
            object refused for now                   | upgrade Trying      | A Running+, object refused now   | Trying A>B      | run A 1, run B 1                     | ''
            edited while tried                       | upgrade Trying      | asks C, A Running+, B Waiting    | steady A        | run A 1, remove B                    | ''
            edited back while tried                  | upgrade Trying      | asks A, A Running+, B Waiting    | steady A        | run A 1, remove B                    | ''
            edited in how it is brought in           | upgrade Trying      | generation 3, A Running+, B Waiting | steady A     | run A 1, remove B                    | ''
            suspended while tried                    | upgrade Trying      | suspended, A Running+, B Waiting | steady A        | run A 1, remove B                    | ''
            # Stopping.
            stops                                    | upgrade Stopping    | A Stopping, B Waiting            | Stopping A>B    | run A 1, run B 1, stop A upgrade-B-2 | ''
            stopped, savepoint under way             | upgrade Stopping    | A Stopped, B Waiting, saving     | Stopping A>B    | run A 1, run B 1, stop A upgrade-B-2 | ''
            stopped, saved                           | upgrade Stopping    | A Stopped, B Waiting, saved      | Starting A>B    | run A 0, run B 1, begin B            | ''
            stopped, not saved                       | upgrade Stopping    | A Stopped, B Waiting, not saved  | Starting A>B    | run A 0, run B 1, begin B            | StoppedWithoutSavepoint
            had finished                             | upgrade Stopping    | A Finished, B Waiting            | Starting A>B    | run A 0, run B 1, begin B            | ''
            is away                                  | upgrade Stopping    | A Absent, B Waiting              | Stopping A>B    | run A 1, run B 1, stop A upgrade-B-2 | ''
            is away for long                         | upgrade Stopping    | A Pending, B Waiting, after 11s  | Starting A>B    | run A 0, run B 1, begin B            | StoppedWithoutSavepoint
            is away, refused                         | upgrade Stopping    | A Refused, B Waiting, after 11s  | Starting A>B    | run A 0, run B 1, begin B            | StoppedWithoutSavepoint
            is silent                                | upgrade Stopping    | A Silent, B Waiting, after 11s   | Stopping A>B    | run A 1, run B 1, stop A upgrade-B-2 | ''
            is silent for long                       | upgrade Stopping    | A Silent, B Waiting, after 1m    | Starting A>B    | run A 0, run B 1, begin B            | StoppedWithoutSavepoint
            does not end                             | upgrade Stopping    | A Stopping, B Waiting, after 10m | Starting A>B    | run A 0, run B 1, begin B            | StoppedWithoutSavepoint
            edited while stopping                    | upgrade Stopping    | asks C, A Stopping, B Waiting    | Stopping A>B    | run A 1, run B 1, stop A upgrade-B-2 | ''
            # Starting.
            starts                                   | upgrade Starting    | A Leaving, B Starting            | Starting A>B    | run A 0, run B 1                     | ''
            runs, no snapshot yet                    | upgrade Starting    | B Running                        | Starting A>B    | run A 0, run B 1                     | ''
            good                                     | upgrade Starting    | A Absent, B Running+             | steady B        | run B 1, remove A                    | UpgradeCompleted
            fails to start                           | upgrade Starting    | B BackingOff                     | Starting A>B    | run A 0, run B 1                     | ''
            invalid after all                        | upgrade Starting    | B Invalid                        | RollingBack A>B | run A 0, retire B                    | RolledBack
            no snapshot at the deadline              | upgrade Starting    | B Running, after 10m             | RollingBack A>B | run A 0, stop B abort                | RolledBack
            good at the deadline                     | upgrade Starting    | B Running+, after 10m            | steady B        | run B 1                              | UpgradeCompleted
            good, and restarted since                | upgrade Starting    | B Starting@B, after 2h           | steady B        | run B 1                              | UpgradeCompleted
            good, and failing since                  | upgrade Starting    | B BackingOff@B, after 2h         | steady B        | run B 1                              | UpgradeCompleted
            good, and edited since                   | upgrade Starting    | asks C, B BackingOff@B           | steady B        | run B 1                              | UpgradeCompleted
            has only claimed the job at the deadline | upgrade Starting    | B Running@A, after 10m           | RollingBack A>B | run A 0, stop B abort                | RolledBack
            is away at the deadline                  | upgrade Starting    | B Pending, after 2h              | RollingBack A>B | run A 0, retire B                    | RolledBack
            edited while starting                    | upgrade Starting    | asks C, B Running                | RollingBack A>B | run A 0, stop B abort                | RolledBack
            edited to what is refused while starting | upgrade Starting    | asks C, spec refused, B Running  | Starting A>B    | run A 0, run B 1                     | ''
            suspended while starting                 | upgrade Starting    | suspended, B Running             | Starting A>B    | run A 0, run B 1                     | ''
            # Rolling back.
            ends without a snapshot                  | upgrade RollingBack | B Running                        | RollingBack A>B | run A 0, stop B abort                | ''
            ended                                    | upgrade RollingBack | B Stopped@A                      | RollingBack A>B | run A 0, retire B                    | ''
            leaves                                   | upgrade RollingBack | B Leaving 0                      | RollingBack A>B | run A 0, retire B                    | ''
            silent                                   | upgrade RollingBack | B Silent                         | RollingBack A>B | run A 0, stop B abort                | ''
            silent for long                          | upgrade RollingBack | B Silent, after 1m               | RollingBack A>B | run A 0, retire B                    | ''
            hangs in its start for long              | upgrade RollingBack | B Starting, after 1m             | RollingBack A>B | run A 0, retire B                    | ''
            hangs in its end for long                | upgrade RollingBack | B Stopping, after 1m             | RollingBack A>B | run A 0, retire B                    | ''
            its node is lost                         | upgrade RollingBack | B Leaving 0, after 2m            | RollingBack A>B | run A 0, retire B, force B           | ''
            about to come again                      | upgrade RollingBack | B Absent                         | RollingBack A>B | run A 0, retire B                    | ''
            gone                                     | upgrade RollingBack | ''                               | RollingBack A>B | run A 1, retire B                    | ''
            gone, old one waits                      | upgrade RollingBack | A Waiting@A, B Absent 0          | RollingBack A>B | run A 1, return A upgrade-B-2, retire B | ''
            gone, old one was still there            | upgrade RollingBack | A Stopped@A                      | RollingBack A>B | run A 1, return A upgrade-B-2, retire B | ''
            gone, old one starts                     | upgrade RollingBack | A Starting@A                     | RollingBack A>B | run A 1, retire B                    | ''
            gone, old one runs                       | upgrade RollingBack | A Running@A, B Absent 0          | steady A        | run A 1, remove B                    | ''
            gone, old one fails                      | upgrade RollingBack | A BackingOff@A                   | steady A        | run A 1                              | ''
            gone, old one is invalid now             | upgrade RollingBack | A Invalid@A                      | steady A        | run A 1                              | ''
            gone, somebody else has the storage      | upgrade RollingBack | A Waiting!@X                     | steady A        | run A 1, start A                     | ''
            had written, as it says itself           | upgrade RollingBack | B Stopped@B                      | steady B        | run B 1, start B                     | UpgradeCompleted
            had written, and is taken back no more   | upgrade RollingBack | B Running+                       | steady B        | run B 1                              | UpgradeCompleted
            had written, as the old one finds        | upgrade RollingBack | A Waiting!@B, B Absent 0         | steady B        | run B 1, remove A                    | UpgradeCompleted
            had written, and the old one does not fit | upgrade RollingBack | A Invalid@B, B Absent 0          | steady B        | run B 1, remove A                    | UpgradeCompleted
            edited meanwhile                         | upgrade RollingBack | asks C, A Waiting@A              | RollingBack A>B | run A 1, return A upgrade-B-2, retire B | ''
            edited, and the old one never comes      | upgrade RollingBack | asks C, A Pending, after 1m      | steady A        | run A 1                              | ''
            edited, and the new one still leaves     | upgrade RollingBack | asks C, B Leaving 0, after 1m    | RollingBack A>B | run A 0, retire B                    | ''
            edited back                              | upgrade RollingBack | asks A, A Pending, after 1m      | RollingBack A>B | run A 1, retire B                    | ''
            suspended meanwhile                      | upgrade RollingBack | suspended, A Pending             | steady A        | run A 1                              | ''
            # Suspending and resuming.
            comes to rest                            | rest Suspending     | suspended, A Stopping            | Suspending A>   | run A 1, stop A suspend-2            | ''
            at rest                                  | rest Suspending     | suspended, A Stopped, saved      | Suspended A>    | run A 0                              | Suspended
            at rest without savepoint                | rest Suspending     | suspended, A Stopped, not saved  | Suspended A>    | run A 0                              | StoppedWithoutSavepoint
            cannot be asked                          | rest Suspending     | suspended, A Pending, after 11s  | Suspended A>    | run A 0                              | StoppedWithoutSavepoint
            resumed while it stops                   | rest Suspending     | asks A, A Stopping               | Suspending A>   | run A 1, stop A suspend-2            | ''
            rests                                    | rest Suspended      | suspended                        | Suspended A>    | run A 0                              | ''
            resumed                                  | rest Suspended      | asks A                           | steady A        | run A 1                              | Resumed
            resumed with an edit                     | rest Suspended      | ''                               | Trying A>B      | run A 0, run B 1                     | UpgradeStarted
            resumed, left over of an earlier try     | rest Suspended      | B Waiting                        | Suspended A>    | run A 0, remove B                    | ''
            resumed with a refused spec              | rest Suspended      | spec refused                     | Suspended A>    | run A 0                              | ''
            """;

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = ROWS)
    void a_step_follows(String name, String state, String seen, String next, String actions, String told) {
        Moment moment = Fixtures.moment(seen);
        Decision decision = Changes.step(Fixtures.state(state), moment);
        assertThat(text(decision.state())).isEqualTo(next);
        assertThat(Changes.actions(decision.state(), moment).stream()
                        .map(ChangesTest::text)
                        .collect(Collectors.joining(", ")))
                .isEqualTo(actions);
        assertThat(decision.events().stream()
                        .map(event -> event.reason().name())
                        .collect(Collectors.joining(" ")))
                .isEqualTo(told);
    }

    /** Whoever decides on the same observation again, having written the state before, decides no differently. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = ROWS)
    void what_was_decided_stands(String name, String state, String seen, String next, String actions, String told) {
        JobState decided =
                Changes.next(Fixtures.state(state), Fixtures.moment(seen)).state();
        assertThat(Changes.next(decided, Fixtures.moment(seen))).isEqualTo(Decision.of(decided));
    }

    @Test
    void each_step_of_the_vocabulary_has_rows() {
        for (Step step : Step.values()) {
            assertThat(ROWS).containsPattern("\\| (first|upgrade|rest) +" + step + " ");
        }
    }

    /** The time at which it was seen to finish is not another one each time. */
    @Test
    void a_job_that_has_finished_has_nothing_to_decide() {
        JobState finished =
                Changes.next(steady("B"), moment().sees("B", "Finished").get()).state();
        assertThat(finished.finished()).contains(Moments.START);
        assertThat(Changes.next(
                        finished, moment().sees("B", "Finished").after(MINUTE).get()))
                .isEqualTo(Decision.of(finished));
    }

    @Test
    void a_refusal_names_the_revision_the_generation_and_the_reason() {
        JobState state = Changes.next(
                        upgrade(Step.Trying),
                        moment().sees("A", "Running+").sees("B", "Invalid").get())
                .state();
        assertThat(state.refused()).contains(new JobState.Refusal("B", 2, Reason.PlanRefused, "no table t"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "upgrade Trying | A Running+, B Invalid     | revision B: no table t; revision A runs on",
                "upgrade Trying | A BackingOff, B Invalid   | revision B: no table t; revision A stays",
                "upgrade Trying | A Absent, B Invalid       | revision B: no table t; revision A stays",
                "again Trying   | A Absent, B Invalid       | revision B: no table t; revision A stays finished",
                "first Trying   | B Invalid                 | revision B: no table t",
            })
    void a_refusal_tells_what_becomes_of_the_revision_before(String state, String seen, String told) {
        assertThat(Changes.step(Fixtures.state(state), Fixtures.moment(seen)).events())
                .singleElement()
                .satisfies(event -> assertThat(event.message()).isEqualTo(told));
    }

    @Test
    void a_deadline_begins_anew_when_the_revision_is_told_to_start() {
        JobState state = Changes.next(
                        upgrade(Step.Stopping),
                        moment().sees("A", "Stopped")
                                .sees("B", "Waiting")
                                .savepoint(SAVED)
                                .after(MINUTE)
                                .get())
                .state();
        assertThat(state.change().orElseThrow().deadline())
                .contains(Moments.START.plus(MINUTE).plus(DEADLINE));
    }

    @Test
    void a_restore_starts_from_the_snapshot_and_is_remembered_once_it_is_good() {
        JobState trying = Changes.next(
                        steady("A"),
                        moment().restoreFrom("monday", "s3://b/monday")
                                .sees("A", "Running+")
                                .get())
                .state();
        assertThat(trying.change().orElseThrow().aim().startFrom()).contains("s3://b/monday");
        Change starting = trying.change().get().at(Step.Starting, Moments.START);
        Moment waits = moment().restoreFrom("monday", "s3://b/monday")
                .sees("B", "Waiting")
                .get();
        assertThat(Changes.actions(trying.with(starting), waits))
                .contains(new Action.Ask("B", Command.Start.begin(Optional.of("s3://b/monday"), false)));
        JobState good = Changes.next(
                        trying.with(starting),
                        moment().restoreFrom("monday", "s3://b/monday")
                                .sees("B", "Running+")
                                .get())
                .state();
        assertThat(good.restored()).contains(new RestoreFrom("monday", null));
        JobState later = Changes.next(
                        good,
                        moment().target("C")
                                .restoreFrom("monday", "s3://b/monday")
                                .sees("B", "Running+")
                                .get())
                .state();
        assertThat(later.change().orElseThrow().aim().startFrom()).isEmpty();
    }

    @Test
    void a_fresh_upgrade_starts_with_empty_state_and_has_a_savepoint_to_go_back_to() {
        JobState trying = Changes.next(
                        steady("A"),
                        moment().strategy(Strategy.Fresh).sees("A", "Running+").get())
                .state();
        JobState stopping = Changes.next(
                        trying,
                        moment().strategy(Strategy.Fresh)
                                .sees("A", "Running+")
                                .sees("B", "Waiting")
                                .get())
                .state();
        Moment stopped = moment().sees("A", "Stopped")
                .sees("B", "Waiting")
                .savepoint(SAVED)
                .get();
        assertThat(Changes.actions(stopping, stopped))
                .contains(new Action.Ask("A", Command.Stop.at(Optional.of("upgrade-B-2"), Duration.ofHours(1))));
        JobState starting = Changes.next(stopping, stopped).state();
        assertThat(Changes.actions(starting, stopped))
                .contains(new Action.Ask("B", Command.Start.begin(Optional.empty(), true)));
        JobState back = Changes.next(
                        starting,
                        moment().target("A")
                                .sees("A", "Stopped")
                                .sees("B", "Running")
                                .get())
                .state();
        Moment gone = moment().target("A").sees("A", "Waiting@A").get();
        assertThat(Changes.actions(back, gone))
                .contains(new Action.Ask("A", Command.Start.back(Optional.of("upgrade-B-2"))));
    }

    /** The operator was away while the spec went on to another. */
    @Test
    void only_the_restoreFrom_that_a_revision_was_made_for_counts_as_heeded() {
        JobState trying = Changes.next(
                        steady("A"),
                        moment().restoreFrom("monday", "s3://b/monday")
                                .sees("A", "Running+")
                                .get())
                .state();
        JobState starting = trying.with(trying.change().orElseThrow().at(Step.Starting, Moments.START));
        Moment later = moment().target("C")
                .restoreFrom("tuesday", "s3://b/tuesday")
                .sees("B", "Running+")
                .get();
        JobState good = Changes.next(starting, later).state();
        assertThat(good.active()).contains("B");
        assertThat(good.restored()).contains(new RestoreFrom("monday", null));
        assertThat(Changes.next(good, later)
                        .state()
                        .change()
                        .orElseThrow()
                        .aim()
                        .startFrom())
                .contains("s3://b/tuesday");
    }

    @Test
    void an_edit_without_restoreFrom_marks_none_as_heeded() {
        JobState good = Changes.next(
                        upgrade(Step.Starting),
                        moment().restoreFrom("monday", "s3://b/monday")
                                .sees("B", "Running+")
                                .get())
                .state();
        assertThat(good.restored()).isEmpty();
    }

    private static String text(JobState state) {
        return state.change()
                        .map(change -> change.step() + " " + change.from().orElse("") + ">"
                                + change.to().orElse(""))
                        .orElse(("steady " + state.active().orElse("")).strip())
                + (state.hasFinished() ? " done" : "");
    }

    private static String text(Action action) {
        return switch (action) {
            case Action.Run run ->
                "run " + run.revision() + " " + run.replicas()
                        + run.again().map(time -> " again").orElse("");
            case Action.Remove remove -> "remove " + remove.revision();
            case Action.Retire retire -> "retire " + retire.revision();
            case Action.Force force -> "force " + force.revision();
            case Action.Ask ask ->
                switch (ask.command()) {
                    case Command.Start start ->
                        switch (start.as()) {
                            case CURRENT -> "start " + ask.revision();
                            case NEW -> "begin " + ask.revision();
                            case RETURNING ->
                                "return " + ask.revision() + " " + start.from().orElse("");
                        };
                    case Command.Savepoint savepoint -> "savepoint " + ask.revision();
                    case Command.Stop stop ->
                        "stop " + ask.revision()
                                + stop.savepoint().map(name -> " " + name).orElse("") + (stop.abort() ? " abort" : "");
                };
        };
    }
}
