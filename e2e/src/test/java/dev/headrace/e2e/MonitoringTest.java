package dev.headrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.e2e.chart.Queries;
import dev.headrace.e2e.fixture.Cluster;
import dev.headrace.e2e.fixture.Job;
import dev.headrace.e2e.fixture.Jobs;
import dev.headrace.e2e.fixture.JobsIn;
import dev.headrace.e2e.fixture.Numbers;
import dev.headrace.e2e.fixture.Release;
import dev.headrace.e2e.fixture.Storage;
import dev.headrace.e2e.fixture.Topic;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What the dashboard and the alerts ask for is there. */
@JobsIn(Topic.MONITORING)
class MonitoringTest {
    private final Jobs jobs;

    MonitoringTest(Jobs jobs) {
        this.jobs = jobs;
    }

    @Test
    void what_the_dashboard_and_the_alerts_ask_for_is_what_pods_and_operator_expose() {
        Release.ensure();
        Storage storage = Storage.shared();
        Numbers numbers = jobs.numbers("measured");
        Job job = numbers.start();
        job.awaitSettled();

        Map<String, Set<String>> exposed = new TreeMap<>(Queries.exposed(
                metrics(jobs.namespace(), job.pod().getMetadata().getName(), 9090)));
        exposed.putAll(Queries.exposed(metrics(Release.NAMESPACE, Release.leader(), 8080)));
        assertThat(Queries.faults(exposed)).isEmpty();
    }

    private static String metrics(String namespace, String pod, int port) {
        return Cluster.get()
                .client()
                .raw("/api/v1/namespaces/%s/pods/%s:%d/proxy/metrics".formatted(namespace, pod, port));
    }
}
