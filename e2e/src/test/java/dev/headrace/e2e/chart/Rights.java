package dev.headrace.e2e.chart;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What the chart lets the operator do. */
public final class Rights {
    private Rights() {}

    /** Each right as {@code GROUP RESOURCE VERB}. */
    public static TreeSet<String> ofOperator(String... options) {
        Rendered rendered = Rendered.with(options);
        TreeSet<String> rights = new TreeSet<>();
        for (String kind : List.of("ClusterRole", "Role")) {
            for (GenericKubernetesResource role : rendered.of(kind)) {
                if (role.getMetadata().getName().contains("operator")) {
                    List<Map<String, List<String>>> rules = role.get("rules");
                    rules.forEach(rule -> rule.get("apiGroups")
                            .forEach(group -> rule.get("resources")
                                    .forEach(resource -> rule.get("verbs")
                                            .forEach(verb -> rights.add(group + " " + resource + " " + verb)))));
                }
            }
        }
        return rights;
    }
}
