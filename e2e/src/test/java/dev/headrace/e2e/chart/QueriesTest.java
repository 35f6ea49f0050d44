package dev.headrace.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.e2e.chart.Queries.Query;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** That the check of queries finds what is wrong; the real metrics are asked for on a cluster. */
class QueriesTest {
    @Test
    void names_and_labels_are_found_in_a_query() {
        Query query = new Query(
                "here",
                "sum by (job, table) (rate(headrace_rows_total{namespace=~\"$namespace\",kind!=\"x\"}[5m])) > headrace_limit",
                "{{job}} {{ $labels.worker }}");
        assertThat(query.labels())
                .isEqualTo(Map.of(
                        "headrace_rows_total", Set.of("namespace", "kind", "job", "table", "worker"),
                        "headrace_limit", Set.of("job", "table", "worker")));
    }

    @Test
    void exposed_metrics_have_the_labels_of_their_samples() {
        assertThat(Queries.exposed("""
                        # HELP headrace_a Something
                        # TYPE headrace_a gauge
                        headrace_a{job="x, y=z",table="t"} 1
                        # TYPE headrace_b counter
                        headrace_c 2
                        """))
                .containsEntry("headrace_b", Set.of())
                .containsEntry("headrace_c", Set.of())
                .hasEntrySatisfying("headrace_a", labels -> assertThat(labels).contains("job", "table"));
    }

    @Test
    void a_metric_that_is_not_there_is_a_fault_of_each_query_that_asks_for_it() {
        assertThat(Queries.faults(Map.of()))
                .anyMatch(fault -> fault.equals("alert HeadraceJobDegraded: nothing exposes headrace_job_degraded"))
                .anyMatch(fault -> fault.startsWith("panel Lag: "));
    }

    @Test
    void each_alert_says_what_is_wrong_and_how_bad_it_is() {
        assertThat(Queries.alerts()).hasSizeGreaterThan(5).allSatisfy((name, rule) -> {
            assertThat(rule.path("labels").path("severity").asText()).isIn("critical", "warning");
            assertThat(rule.path("annotations").path("summary").asText()).isNotBlank();
            assertThat(rule.path("annotations").path("description").asText()).isNotBlank();
        });
    }

    @Test
    void no_query_is_without_a_metric_of_ours() {
        assertThat(Queries.all())
                .hasSizeGreaterThan(25)
                .allSatisfy(
                        query -> assertThat(query.metrics()).as(query.where()).isNotEmpty());
    }
}
