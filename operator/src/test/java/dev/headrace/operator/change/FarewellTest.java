package dev.headrace.operator.change;

import static dev.headrace.operator.change.Moments.moment;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.crds.StreamJobSpec.DeletionPolicy;
import dev.headrace.operator.pod.SavepointState;
import dev.headrace.operator.pod.Work;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FarewellTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // remembered        | whose pod is asked
                "steady A            | A",
                "first Trying        | B",
                "first Starting      | B",
                "upgrade Trying      | A",
                "upgrade Stopping    | A",
                "upgrade Starting    | B",
                "upgrade RollingBack | A",
            })
    void the_revision_that_has_the_job_is_stopped(String remembered, String runs) {
        assertThat(Fixtures.state(remembered).runs()).contains(runs);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // policy | begun | runs | its pod  | savepoint | snapshot | objects | pods  | work      | after | next
                "Retain   | false | A    | Running+ | -         | true     | true    | true  | NOT_BEGUN | 0     | GO",
                "Snapshot | false | A    | Running+ | -         | true     | true    | true  | NOT_BEGUN | 0     | BEGIN",
                "Snapshot | true  | A    | Running+ | -         | true     | true    | true  | NOT_BEGUN | 0     | SAVE",
                "Snapshot | true  | A    | Stopping | -         | true     | true    | true  | NOT_BEGUN | 9     | SAVE",
                "Snapshot | true  | A    | Stopped  | saved     | true     | true    | true  | NOT_BEGUN | 9     | SAVED",
                "Snapshot | true  | A    | Stopping | -         | true     | true    | true  | NOT_BEGUN | 300   | NOT_SAVED",
                "Snapshot | false | A    | Unasked  | -         | true     | true    | true  | NOT_BEGUN | 0     | BEGIN",
                "Snapshot | true  | A    | Unasked  | -         | true     | true    | true  | NOT_BEGUN | 9     | SAVE",
                "Snapshot | true  | A    | Unasked  | -         | true     | false   | true  | NOT_BEGUN | 9     | SAVE",
                "Snapshot | true  | A    | Unasked  | -         | true     | true    | true  | NOT_BEGUN | 300   | NOT_SAVED",
                "Snapshot | true  | A    | Stopped  | asking    | true     | true    | true  | NOT_BEGUN | 61    | SAVE",
                // No process can be asked: the last snapshot is kept, once none can take another.
                "Snapshot | true  | A    | Stopped  | failed    | true     | true    | true  | NOT_BEGUN | 9     | STOP",
                "Snapshot | true  | A    | Silent   | -         | true     | true    | true  | NOT_BEGUN | 59    | SAVE",
                "Snapshot | true  | A    | Silent   | -         | true     | true    | true  | NOT_BEGUN | 61    | STOP",
                "Snapshot | true  | A    | Pending  | -         | true     | true    | true  | NOT_BEGUN | 9     | SAVE",
                "Snapshot | true  | A    | Pending  | -         | true     | true    | true  | NOT_BEGUN | 11    | STOP",
                "Snapshot | true  | A    | Leaving  | -         | true     | false   | true  | NOT_BEGUN | 0     | STOP",
                "Snapshot | true  | A    | Absent   | -         | true     | false   | false | NOT_BEGUN | 0     | PIN",
                "Snapshot | true  | A    | Absent   | -         | true     | false   | false | NOT_BEGUN | 300   | NOT_SAVED",
                "Snapshot | true  | A    | Absent   | -         | true     | false   | false | UNDER_WAY | 9     | PIN",
                "Snapshot | true  | A    | Absent   | -         | true     | false   | false | UNDER_WAY | 300   | NOT_SAVED",
                "Snapshot | true  | A    | Absent   | -         | true     | false   | false | SUCCEEDED | 9     | SAVED",
                "Snapshot | true  | A    | Absent   | -         | true     | false   | false | FAILED    | 9     | NOT_SAVED",
                // There is nothing to keep.
                "Snapshot | true  | A    | Pending  | -         | false    | true    | true  | NOT_BEGUN | 11    | NOT_SAVED",
                "Snapshot | true  | A    | Absent   | -         | false    | false   | false | NOT_BEGUN | 0     | NOT_SAVED",
                "Snapshot | true  | -    | Absent   | -         | false    | false   | false | NOT_BEGUN | 0     | NOT_SAVED",
                "Snapshot | true  | A    | Finished | -         | true     | true    | false | NOT_BEGUN | 0     | SAVED",
                "Snapshot | true  | A    | Finished | -         | true     | true    | false | NOT_BEGUN | 300   | NOT_SAVED",
                "Delete   | true  | A    | Finished | -         | true     | true    | false | NOT_BEGUN | 0     | STOP",
                "Delete   | true  | A    | Finished | -         | true     | false   | false | NOT_BEGUN | 9     | REMOVE",
                "Delete   | false | A    | Running+ | -         | true     | true    | true  | NOT_BEGUN | 0     | BEGIN",
                "Delete   | true  | A    | Running+ | -         | true     | true    | true  | NOT_BEGUN | 0     | STOP",
                "Delete   | true  | A    | Leaving  | -         | true     | false   | true  | NOT_BEGUN | 9     | STOP",
                // Its pod was drained, and will be made again.
                "Delete   | true  | A    | Absent   | -         | true     | true    | false | NOT_BEGUN | 9     | STOP",
                "Delete   | true  | A    | Absent   | -         | true     | false   | false | NOT_BEGUN | 9     | REMOVE",
                "Delete   | true  | -    | Absent   | -         | false    | false   | false | NOT_BEGUN | 0     | REMOVE",
                "Delete   | true  | A    | Absent   | -         | true     | false   | false | UNDER_WAY | 9     | REMOVE",
                "Delete   | true  | A    | Absent   | -         | true     | false   | false | SUCCEEDED | 9     | REMOVED",
                "Delete   | true  | A    | Absent   | -         | true     | false   | false | FAILED    | 9     | NOT_REMOVED",
                "Delete   | true  | A    | Absent   | -         | true     | false   | false | UNDER_WAY | 300   | NOT_REMOVED",
                "Delete   | true  | A    | Silent   | -         | true     | true    | true  | NOT_BEGUN | 300   | NOT_REMOVED",
            })
    void a_job_goes(
            DeletionPolicy policy,
            boolean begun,
            String runs,
            String pod,
            String savepoint,
            boolean snapshot,
            boolean objects,
            boolean pods,
            Work work,
            long after,
            Farewell next) {
        Moments moment =
                moment().sees("A", pod.equals("Finished") ? "Absent" : pod).after(Duration.ofSeconds(after));
        if (savepoint != null) {
            moment.savepoint(
                    switch (savepoint) {
                        case "saved" -> new SavepointState.Completed("s3://b/s", 1, 1, Map.of());
                        case "asking" -> new SavepointState.Unasked();
                        default -> new SavepointState.Failed("no room");
                    });
        }
        Farewell.Seen seen = new Farewell.Seen(
                policy,
                Optional.ofNullable(runs),
                "delete-1",
                begun ? Optional.of(Moments.START) : Optional.empty(),
                begun ? Optional.of(Moments.START.plus(Farewell.LIMIT)) : Optional.empty(),
                pod.equals("Finished"),
                snapshot,
                objects,
                pods,
                work);
        assertThat(Farewell.next(seen, moment.get())).isEqualTo(next);
    }
}
