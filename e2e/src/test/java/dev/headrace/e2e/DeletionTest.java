package dev.headrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.e2e.fixture.Cluster;
import dev.headrace.e2e.fixture.Job;
import dev.headrace.e2e.fixture.Jobs;
import dev.headrace.e2e.fixture.JobsIn;
import dev.headrace.e2e.fixture.Loud;
import dev.headrace.e2e.fixture.Numbers;
import dev.headrace.e2e.fixture.Topic;
import dev.headrace.e2e.fixture.Wait;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A job is deleted, alone or with its namespace. */
@JobsIn(value = Topic.DELETION, besides = Topic.NAMESPACE_DELETION)
class DeletionTest {
    private final Jobs jobs;

    DeletionTest(Jobs jobs) {
        this.jobs = jobs;
    }

    @Test
    void a_deleted_job_leaves_its_state_and_one_of_that_name_goes_on_from_it() {
        Numbers numbers = jobs.numbers("kept");
        Job job = numbers.running();
        job.resource().delete();
        Wait.until(
                "no pod is left",
                Job.LIMIT,
                () -> job.resource().get() == null && job.pods().isEmpty());

        numbers.start().awaitPhase("Running");
        numbers.awaitMore();
        numbers.checkExactlyOnce();
    }

    @Test
    void with_the_policy_Delete_the_state_goes_too() {
        Numbers numbers = jobs.numbers("removed");
        Job job = numbers.running("deletionPolicy: Delete");
        assertThat(jobs.storage().list(numbers.prefix() + "/state")).isNotEmpty();
        job.resource().delete();
        Loud.measured(
                "deletion with its state",
                Wait.until("it is gone", Job.LIMIT, () -> job.resource().get() == null));
        assertThat(jobs.storage().list(numbers.prefix() + "/state")).isEmpty();
        numbers.checkExactlyOnce();
    }

    /** Foreground deletion takes away the job's pod before the operator can ask it for anything; a suspended job has none. */
    @ParameterizedTest
    @ValueSource(strings = {"saved", "saved-foreground", "saved-suspended"})
    void with_the_policy_Snapshot_a_savepoint_is_left_that_another_job_goes_on_from(String name) {
        Numbers numbers = jobs.numbers(name);
        Job job = numbers.running("deletionPolicy: Snapshot");
        String uid = job.resource().get().getMetadata().getUid();
        if (name.endsWith("suspended")) {
            jobs.apply(numbers.yaml("id > 0", "deletionPolicy: Snapshot\nstate: Suspended"));
            job.awaitPhase("Suspended");
        }
        job.resource()
                .withPropagationPolicy(
                        name.endsWith("foreground") ? DeletionPropagation.FOREGROUND : DeletionPropagation.BACKGROUND)
                .delete();
        Loud.measured(
                "deletion with a savepoint (" + name + ")",
                Wait.until("it is gone", Job.LIMIT, () -> job.resource().get() == null));
        long last = numbers.checkExactlyOnce().getLast().id();

        Numbers next = jobs.numbers("next-" + name);
        jobs.apply(next.yaml("id > 0", "restoreFrom: {snapshot: " + name + "-delete-" + uid.substring(0, 8) + "}"));
        Wait.until("rows", Job.LIMIT, () -> !next.rows().isEmpty());
        Numbers.Row first = next.rows().getFirst();
        assertThat(first.id()).isEqualTo(last + 1);
        assertThat(first.count()).isEqualTo(last + 1);
    }

    @Test
    void a_namespace_with_jobs_that_cannot_be_cleaned_up_still_ends() {
        String namespace = Topic.NAMESPACE_DELETION.namespace();
        new Numbers(jobs.storage(), namespace, "doomed").running("deletionPolicy: Delete");

        Cluster.get().client().namespaces().withName(namespace).delete();
        Loud.measured(
                "deletion of a namespace with a running job",
                Wait.until(
                        "the namespace is gone",
                        Duration.ofMinutes(2),
                        () -> Cluster.get()
                                        .client()
                                        .namespaces()
                                        .withName(namespace)
                                        .get()
                                == null));

        // helm upgrade makes a Role in each that is listed
        Cluster.get().freshNamespaces("restricted", namespace);

        Numbers others = jobs.numbers("others");
        others.start().awaitPhase("Running");
    }
}
