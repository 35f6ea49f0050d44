package dev.headrace.e2e.chart;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headrace.e2e.fixture.Helm;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the dashboard and the alert rules ask Prometheus. */
public final class Queries {
    private static final Pattern METRIC = Pattern.compile("headrace_[a-z_]+");
    private static final Pattern MATCHERS = Pattern.compile("(headrace_[a-z_]+)\\{([^}]*)}");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)\\s*(?:=~|!~|!=|=)");
    private static final Pattern BY = Pattern.compile("\\bby \\(([^)]*)\\)");
    private static final Pattern IN_TEXT = Pattern.compile("\\$labels\\.([a-z_]+)|\\{\\{\\s*([a-z_]+)\\s*}}");

    private Queries() {}

    /**
     * One query.
     *
     * @param where it stands
     * @param text that is shown with its result, which names labels
     */
    record Query(String where, String expression, String text) {
        Set<String> metrics() {
            Set<String> metrics = new TreeSet<>();
            Matcher matcher = METRIC.matcher(expression);
            while (matcher.find()) {
                metrics.add(matcher.group());
            }
            return metrics;
        }

        /** The labels that each metric must have for the query and its text to mean something. */
        Map<String, Set<String>> labels() {
            Map<String, Set<String>> labels = new TreeMap<>();
            metrics().forEach(metric -> labels.put(metric, new TreeSet<>()));
            Matcher matchers = MATCHERS.matcher(expression);
            while (matchers.find()) {
                Matcher label = LABEL.matcher(matchers.group(2));
                while (label.find()) {
                    labels.get(matchers.group(1)).add(label.group(1));
                }
            }
            Set<String> kept = new TreeSet<>();
            Matcher by = BY.matcher(expression);
            while (by.find()) {
                kept.addAll(List.of(by.group(1).split(",\\s*")));
            }
            Matcher shown = IN_TEXT.matcher(text);
            while (shown.find()) {
                kept.add(shown.group(1) != null ? shown.group(1) : shown.group(2));
            }
            labels.values().forEach(names -> names.addAll(kept));
            return labels;
        }
    }

    static List<Query> all() {
        List<Query> queries = new ArrayList<>(dashboard());
        alerts().forEach((name, rule) -> queries.add(new Query(
                "alert " + name,
                rule.get("expr").asText(),
                rule.get("annotations").toString())));
        return queries;
    }

    private static List<Query> dashboard() {
        List<Query> queries = new ArrayList<>();
        JsonNode dashboard = read("files/dashboard.json");
        for (JsonNode panel : dashboard.get("panels")) {
            for (JsonNode target : panel.path("targets")) {
                queries.add(new Query(
                        "panel " + panel.get("title").asText(),
                        target.get("expr").asText(),
                        target.get("legendFormat").asText()));
            }
        }
        for (JsonNode variable : dashboard.get("templating").get("list")) {
            if (variable.has("definition")) {
                queries.add(new Query(
                        "variable " + variable.get("name").asText(),
                        variable.get("definition").asText(),
                        "{{" + variable.get("name").asText() + "}}"));
            }
        }
        return queries;
    }

    static Map<String, JsonNode> alerts() {
        Map<String, JsonNode> rules = new LinkedHashMap<>();
        for (JsonNode group : read("files/alerts.yaml").get("groups")) {
            group.get("rules").forEach(rule -> rules.put(rule.get("alert").asText(), rule));
        }
        return rules;
    }

    private static JsonNode read(String file) {
        try {
            return Serialization.unmarshal(Files.readString(Helm.CHART.resolve(file)), JsonNode.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The labels of each metric in Prometheus' text form; empty for one that has no sample now. */
    public static Map<String, Set<String>> exposed(String text) {
        Map<String, Set<String>> exposed = new TreeMap<>();
        text.lines().filter(line -> !line.isBlank()).forEach(line -> {
            if (line.startsWith("# TYPE ")) {
                exposed.putIfAbsent(line.split(" ")[2], new TreeSet<>());
            } else if (!line.startsWith("#")) {
                int brace = line.indexOf('{');
                String name = brace < 0 ? line.split(" ")[0] : line.substring(0, brace);
                Set<String> labels = exposed.computeIfAbsent(name, key -> new TreeSet<>());
                if (brace >= 0) {
                    Matcher label = LABEL.matcher(line.substring(brace, line.lastIndexOf('}')));
                    while (label.find()) {
                        labels.add(label.group(1));
                    }
                }
            }
        });
        return exposed;
    }

    /** What is wrong with the queries, given what is exposed; Prometheus adds the namespace to what it scrapes from pods. */
    public static List<String> faults(Map<String, Set<String>> exposed) {
        List<String> faults = new ArrayList<>();
        for (Query query : all()) {
            query.labels().forEach((metric, labels) -> {
                if (!exposed.containsKey(metric)) {
                    faults.add(query.where() + ": nothing exposes " + metric);
                    return;
                }
                Set<String> missing = new TreeSet<>(labels);
                missing.removeAll(exposed.get(metric));
                missing.remove("namespace");
                if (!missing.isEmpty() && !exposed.get(metric).isEmpty()) {
                    faults.add(query.where() + ": " + metric + " has no label " + missing);
                }
            });
        }
        return faults;
    }
}
