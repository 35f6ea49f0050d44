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
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The kernel kills the process of a job for its memory. */
@JobsIn(Topic.MEMORY)
class MemoryTest {
    /** Some 30 MB in a shell, which then waits for a line that does not come. */
    private static final String EATER =
            "x=0123456789abcdef; while [ ${#x} -lt 30000000 ]; do x=$x$x; done; read -r line";

    /** Together they take more than the pod has; each takes less than the job, so that the kernel ends the job. */
    private static final int EATERS = 12;

    private final Jobs jobs;

    MemoryTest(Jobs jobs) {
        this.jobs = jobs;
    }

    @Test
    void a_process_that_is_killed_for_its_memory_goes_on_from_its_last_snapshot_and_the_job_says_so() {
        Numbers numbers = jobs.numbers("hungry");
        Job job = numbers.running();
        Pod pod = job.pod();
        List<ExecWatch> eaters = new ArrayList<>();
        try {
            for (int i = 0; i < EATERS; i++) {
                eaters.add(Cluster.get()
                        .client()
                        .pods()
                        .inNamespace(jobs.namespace())
                        .withName(pod.getMetadata().getName())
                        .redirectingInput()
                        .exec("sh", "-c", EATER));
            }
            Wait.until(
                    "the process was killed for its memory",
                    Job.LIMIT,
                    () -> "OOMKilled".equals(lastEnd(job).getReason()));
        } finally {
            eaters.forEach(ExecWatch::close);
        }
        Wait.until(
                "the job says so",
                Job.LIMIT,
                () -> job.condition("Degraded", "reason").equals("OutOfMemory"));
        assertThat(job.condition("Degraded", "message")).contains("384Mi", "raise spec.resources.memory");
        job.awaitSettled();
        assertThat(job.message()).contains("The job runs.", "raise spec.resources.memory");
        assertThat(job.events()).contains("OutOfMemory");
        numbers.awaitMore();
        Loud.measured("killed for its memory, pause", Numbers.longestGap(numbers.checkExactlyOnce()));
        assertThat(job.pod().getMetadata().getUid()).isEqualTo(pod.getMetadata().getUid());
    }

    private static ContainerStateTerminated lastEnd(Job job) {
        return job.pod()
                .getStatus()
                .getContainerStatuses()
                .getFirst()
                .getLastState()
                .getTerminated();
    }
}
