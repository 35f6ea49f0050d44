package dev.headrace.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headrace.e2e.fixture.Helm;
import dev.headrace.e2e.fixture.Loud;
import dev.headrace.e2e.fixture.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The alerts and the queries of the dashboard as Prometheus evaluates them, by its own promtool; skipped, loudly, where there is none. */
class AlertsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofMinutes(1);

    /** A number, or NaN, so many times more. */
    private static final Pattern REPEATED = Pattern.compile("NaNx([0-9]+)");

    private static final Pattern LABEL = Pattern.compile("\\{\\{ \\$labels\\.([a-z_]+) }}");

    @TempDir
    Path folder;

    @BeforeAll
    static void needs_promtool() {
        boolean there = Shell.find("promtool").isPresent();
        if (!there) {
            Loud.say("SKIPPED: the alerts are not evaluated, since there is no promtool in PATH");
        }
        assumeTrue(there);
    }

    /**
     * @param series with a sample a minute, {@code NAME{LABELS} VALUES}
     * @param fires the labels that the alert has then, beside its severity; empty: it does not fire
     */
    private record Case(String what, String alert, List<String> series, String after, Optional<String> fires) {
        @Override
        public String toString() {
            return alert + ": " + what;
        }
    }

    private static final String ORDERS = "namespace=shop,job=orders";

    private static Case fires(String alert, String what, String after, String labels, String... series) {
        return new Case(what, alert, List.of(series), after, Optional.of(labels));
    }

    private static Case quiet(String alert, String what, String after, String... series) {
        return new Case(what, alert, List.of(series), after, Optional.empty());
    }

    /** A figure of the job orders in the namespace shop, as the operator's replica tells it. */
    private static String job(String name, String values) {
        return "headrace_job_" + name + "{namespace=\"shop\",job=\"orders\",pod=\"operator-0\"} " + values;
    }

    /** A figure of its pod. */
    private static String pod(String name, String more, String values) {
        return "headrace_" + name + "{namespace=\"shop\",job=\"orders\",pod=\"orders-a-0\"" + more + "} " + values;
    }

    private static String leads(int replica, String values) {
        return "headrace_operator_leads{pod=\"operator-" + replica + "\"} " + values;
    }

    static Stream<Case> cases() {
        String telling = ORDERS + ",pod=operator-0";
        String running = ORDERS + ",pod=orders-a-0";
        return Stream.of(
                quiet("HeadraceOperatorAbsent", "one of two leads", "20m", leads(0, "0x20"), leads(1, "1x20")),
                fires("HeadraceOperatorAbsent", "none of two leads", "20m", "", leads(0, "0x20"), leads(1, "0x20")),
                fires("HeadraceOperatorAbsent", "there is none", "20m", ""),
                quiet("HeadraceOperatorAbsent", "another takes over", "12m", leads(0, "1x10"), leads(1, "0x10 1x20")),
                fires(
                        "HeadraceReconciliationsFail",
                        "one fails each minute",
                        "20m",
                        "controller=streamjob",
                        "headrace_failed_reconciliations_total{controller=\"streamjob\",pod=\"operator-0\"} 0+1x20"),
                quiet(
                        "HeadraceReconciliationsFail",
                        "one failed twice",
                        "20m",
                        "headrace_failed_reconciliations_total{controller=\"streamjob\",pod=\"operator-0\"} 0 1 2 2x20"),
                fires(
                        "HeadraceJobNotReady",
                        "no node for ten minutes",
                        "11m",
                        telling,
                        job("ready", "0x20"),
                        job("suspended", "0x20")),
                quiet("HeadraceJobNotReady", "no node for nine", "9m", job("ready", "0x20"), job("suspended", "0x20")),
                quiet("HeadraceJobNotReady", "suspended", "20m", job("ready", "0x20"), job("suspended", "1x20")),
                quiet("HeadraceJobNotReady", "not known", "20m", job("ready", "NaNx20"), job("suspended", "0x20")),
                quiet("HeadraceJobNotReady", "it runs", "20m", job("ready", "1x20"), job("suspended", "0x20")),
                fires(
                        "HeadraceProcessRestarts",
                        "killed three times",
                        "20m",
                        running,
                        pod("pod_start_time_seconds", "", "100x5 400x5 700x5 1000x5")),
                quiet(
                        "HeadraceProcessRestarts",
                        "killed once",
                        "20m",
                        pod("pod_start_time_seconds", "", "100x5 400x15")),
                fires("HeadraceJobDegraded", "for five minutes", "6m", telling, job("degraded", "1x20")),
                fires(
                        "HeadraceJobDegraded",
                        "at a spec that can be run",
                        "6m",
                        telling,
                        job("degraded", "1x20"),
                        job("spec_valid", "1x20")),
                fires(
                        "HeadraceJobDegraded",
                        "at one that is not planned yet",
                        "6m",
                        telling,
                        job("degraded", "1x20"),
                        job("spec_valid", "NaNx20")),
                quiet(
                        "HeadraceJobDegraded",
                        "an edit is refused",
                        "20m",
                        job("degraded", "1x20"),
                        job("spec_valid", "0x20")),
                quiet("HeadraceJobDegraded", "it is not", "20m", job("degraded", "0x20")),
                fires("HeadraceJobSpecInvalid", "refused", "11m", telling, job("spec_valid", "0x20")),
                quiet("HeadraceJobSpecInvalid", "not planned yet", "20m", job("spec_valid", "NaNx20")),
                fires(
                        "HeadraceSnapshotsFailing",
                        "while it runs",
                        "11m",
                        telling,
                        job("snapshots_healthy", "0x20"),
                        job("ready", "1x20")),
                quiet(
                        "HeadraceSnapshotsFailing",
                        "none is due yet",
                        "20m",
                        job("snapshots_healthy", "NaNx20"),
                        job("ready", "1x20")),
                fires("HeadraceJobRestarts", "each minute", "20m", running, pod("pod_restarts_total", "", "0+1x20")),
                quiet("HeadraceJobRestarts", "twice", "20m", pod("pod_restarts_total", "", "0 1 2 2x20")),
                fires(
                        "HeadraceLagGrows",
                        "for half an hour",
                        "40m",
                        running + ",table=t",
                        pod("source_lag", ",table=\"t\"", "10+10x50")),
                quiet("HeadraceLagGrows", "it catches up", "40m", pod("source_lag", ",table=\"t\"", "1000-10x50")),
                fires(
                        "HeadraceRecordsSkipped",
                        "one",
                        "20m",
                        running + ",table=t",
                        pod("source_skipped_records_total", ",table=\"t\"", "0x10 1x10")),
                quiet(
                        "HeadraceRecordsSkipped",
                        "none",
                        "20m",
                        pod("source_skipped_records_total", ",table=\"t\"", "5x20")),
                fires("HeadraceChangeTakesLong", "half an hour", "31m", telling, job("change_seconds", "0+60x40")),
                quiet("HeadraceChangeTakesLong", "no change", "31m", job("change_seconds", "0x40")));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void an_alert_fires_when_it_is_to(Case it) throws IOException {
        Path file = folder.resolve("test.json");
        Files.writeString(file, JSON.writeValueAsString(test(it)));
        Shell.Result result = promtool("test", "rules", file);
        assertThat(result.code()).as(result.said()).isZero();
    }

    @Test
    void no_alert_is_without_a_case_in_which_it_fires_and_one_in_which_it_does_not() {
        Set<String> firing = new TreeSet<>();
        Set<String> quiet = new TreeSet<>();
        cases().forEach(it -> (it.fires().isPresent() ? firing : quiet).add(it.alert()));
        Set<String> alerts = new TreeSet<>(Queries.alerts().keySet());
        assertThat(firing).isEqualTo(alerts);
        assertThat(quiet).isEqualTo(alerts);
    }

    @Test
    void prometheus_understands_each_query_of_the_dashboard() throws IOException {
        ObjectNode rules = JSON.createObjectNode();
        ArrayNode list =
                rules.putArray("groups").addObject().put("name", "dashboard").putArray("rules");
        for (Queries.Query query : Queries.all()) {
            list.addObject()
                    .put("record", "query:" + list.size())
                    .put(
                            "expr",
                            query.expression()
                                    .replaceAll("label_values\\((.*), [a-z]+\\)", "$1")
                                    .replace("$__rate_interval", "5m"));
        }
        Path file = folder.resolve("queries.json");
        Files.writeString(file, JSON.writeValueAsString(rules));
        Shell.Result result = promtool("check", "rules", file);
        assertThat(result.code()).as(result.said()).isZero();
        assertThat(result.said()).contains(list.size() + " rules found");
    }

    private static ObjectNode test(Case it) {
        JsonNode rule = Queries.alerts().get(it.alert());
        ObjectNode file = JSON.createObjectNode().put("evaluation_interval", "1m");
        file.putArray("rule_files").add(Helm.CHART.resolve("files/alerts.yaml").toString());
        ObjectNode test = file.putArray("tests").addObject().put("interval", "1m");
        ArrayNode series = test.putArray("input_series");
        for (String text : it.series()) {
            int end = text.indexOf("} ") + 1;
            series.addObject().put("series", text.substring(0, end)).put("values", values(text.substring(end + 1)));
        }
        ArrayNode alerts = test.putArray("alert_rule_test")
                .addObject()
                .put("eval_time", it.after())
                .put("alertname", it.alert())
                .putArray("exp_alerts");
        it.fires().ifPresent(text -> {
            ObjectNode alert = alerts.addObject();
            ObjectNode labels = alert.putObject("exp_labels");
            for (String label : text.isEmpty() ? new String[0] : text.split(",")) {
                labels.put(label.split("=")[0], label.split("=")[1]);
            }
            ObjectNode annotations = alert.putObject("exp_annotations");
            rule.get("annotations")
                    .properties()
                    .forEach(field -> annotations.put(
                            field.getKey(), filled(field.getValue().asText(), labels)));
            labels.setAll((ObjectNode) rule.get("labels"));
        });
        return file;
    }

    /** promtool has no short form for NaN. */
    private static String values(String text) {
        return REPEATED.matcher(text)
                .replaceAll(times -> String.join(" ", Collections.nCopies(Integer.parseInt(times.group(1)), "NaN")));
    }

    private static String filled(String text, JsonNode labels) {
        return LABEL.matcher(text)
                .replaceAll(label ->
                        Matcher.quoteReplacement(labels.path(label.group(1)).asText()));
    }

    private static Shell.Result promtool(String command, String of, Path file) {
        List<String> all =
                new ArrayList<>(List.of(Shell.find("promtool").orElseThrow().toString()));
        all.addAll(List.of(command, of, file.toString()));
        return Shell.run(LIMIT, all);
    }
}
