package dev.headrace.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.headrace.e2e.fixture.Helm;
import dev.headrace.e2e.fixture.Shell;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the chart makes of its values. The golden files are written anew with {@code -Dheadrace.golden=write}. */
@NeedsHelm
class ChartTest {
    private static final Path GOLDEN = Shell.repository().resolve("e2e/src/test/resources/golden");
    private static final Helm HELM = Helm.find().orElseThrow();

    @Test
    void helm_lint_finds_nothing() {
        String said =
                HELM.run("lint", "--strict", "--quiet", Helm.CHART.toString()).orThrow("helm lint");
        assertThat(said).doesNotContain("[WARNING]", "[ERROR]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            defaults      |
            namespaces    | --set watchNamespaces={team-a,team-b} --set crds.install=false
            everything    | --set podMonitor.enabled=true --set alerts.enabled=true --set dashboard.enabled=true --set crds.install=false
            selected      | --set watchNamespaceSelector=streams=yes --set crds.install=false
            bare          | --set replicas=1 --set networkPolicy.enabled=false --set rbac.aggregate=false --set crds.install=false --set controlKey.existingSecret=mine --set serviceAccount.create=false --set serviceAccount.name=mine
            """)
    void renders_as_the_golden_file_says(String name, String options) throws IOException {
        String rendered = withoutWhatDiffers(HELM.template(options == null ? List.of() : List.of(options.split(" ")))
                .orThrow("helm template"));
        Path golden = GOLDEN.resolve(name + ".yaml");
        if ("write".equals(System.getProperty("headrace.golden"))) {
            Files.createDirectories(GOLDEN);
            Files.writeString(golden, rendered);
        }
        assertThat(rendered).isEqualTo(Files.readString(golden));
    }

    /** The key is another one each time; the custom resources have a test of their own, and so have the long texts. */
    private static String withoutWhatDiffers(String yaml) {
        String text = yaml.substring(yaml.indexOf("---\n"));
        StringBuilder kept = new StringBuilder();
        for (String document : text.split("(?m)^(?=---$)")) {
            if (!document.contains("kind: CustomResourceDefinition")) {
                kept.append(document);
            }
        }
        return kept.toString()
                .replaceAll("(?m)^  key: .*$", "  key: A-KEY")
                .replaceAll("(?m)^(  headrace.json: \\|-\\n)(    .*\\n)+", "$1    A-DASHBOARD\n")
                .replaceAll("(?m)^(  groups:\\n)(  .*\\n)+", "$1    RULES\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            replicas=9                  | replicas
            replicas=many               | replicas
            imagee.tag=1                | imagee
            watchNamespaces={Team_A}    | watchNamespaces
            image.pullPolicy=Sometimes  | pullPolicy
            podMonitor.interval=often   | interval
            crds.enabled=true           | crds
            """)
    void a_mistake_in_the_values_is_refused_by_name(String value, String named) {
        Shell.Result result = HELM.template(List.of("--set", value));
        assertThat(result.code()).isNotZero();
        assertThat(result.said()).contains("values don't meet the specifications", named);
    }

    @Test
    void namespaces_are_listed_or_selected_but_not_both() {
        Shell.Result result =
                HELM.template(List.of("--set", "watchNamespaces={a}", "--set", "watchNamespaceSelector=b=c"));
        assertThat(result.code()).isNotZero();
        assertThat(result.said()).contains("give the one or the other");
    }

    /** YAML takes bare digits for a number, which no name and no label may be. */
    @Test
    void names_may_be_numbers() throws IOException {
        String rendered = HELM.run(
                        List.of(
                                "template",
                                "123",
                                Helm.CHART.toString(),
                                "--namespace",
                                "456",
                                "--kube-version",
                                Helm.OLDEST,
                                "--set",
                                "podMonitor.enabled=true,alerts.enabled=true,dashboard.enabled=true,crds.install=false",
                                "--set-string",
                                "watchNamespaces={789},serviceAccount.name=12,controlKey.existingSecret=34,priorityClassName=56"))
                .orThrow("helm template");
        List<String> numbers = new ArrayList<>();
        try (var documents = new YAMLMapper()
                .readerFor(JsonNode.class)
                .<JsonNode>readValues(rendered.substring(rendered.indexOf("---\n")))) {
            documents.forEachRemaining(document -> numbers(document, "", numbers));
        }
        assertThat(rendered).contains("instance: \"123\"");
        assertThat(numbers).isEmpty();
    }

    private static void numbers(JsonNode node, String path, List<String> found) {
        if (node.isNumber() && Set.of(12, 34, 56, 123, 456, 789).contains(node.intValue())) {
            found.add(path);
        }
        node.properties().forEach(field -> numbers(field.getValue(), path + "/" + field.getKey(), found));
        if (node.isArray()) {
            node.forEach(element -> numbers(element, path + "[]", found));
        }
    }

    /** Two releases in one namespace do not wait for each other. */
    @Test
    void each_release_has_a_lease_of_its_own() {
        Rendered rendered = Rendered.with("--set", "crds.install=false");
        assertThat(leases(rendered)).containsExactly("headrace-operator");
        assertThat(HELM.run("template", "blue", Helm.CHART.toString(), "--kube-version", Helm.OLDEST)
                        .orThrow("helm template"))
                .contains("resourceNames: [\"blue-headrace-operator\"]", "value: \"blue-headrace-operator\"");
    }

    private static List<String> leases(Rendered rendered) {
        List<Map<String, List<String>>> rules =
                rendered.get("Role", "headrace-operator-leader").get("rules");
        return rules.stream()
                .flatMap(rule -> rule.getOrDefault("resourceNames", List.of()).stream())
                .toList();
    }

    /** The namespace and the job of a figure are those of a StreamJob, not those of the pod that tells it. */
    @Test
    void what_is_scraped_keeps_its_labels() {
        List<GenericKubernetesResource> monitors =
                Rendered.with("--set", "podMonitor.enabled=true").of("PodMonitor");
        assertThat(monitors).hasSize(2);
        for (GenericKubernetesResource monitor : monitors) {
            Map<String, List<Map<String, Object>>> spec = monitor.get("spec");
            assertThat(spec.get("podMetricsEndpoints"))
                    .allSatisfy(endpoint -> assertThat(endpoint).containsEntry("honorLabels", true));
        }
    }

    @Test
    void the_custom_resources_are_those_of_crds_and_stay_when_the_release_goes() throws IOException {
        List<GenericKubernetesResource> rendered = Rendered.with().of("CustomResourceDefinition");
        for (GenericKubernetesResource crd : rendered) {
            assertThat(crd.getMetadata().getAnnotations()).containsEntry("helm.sh/resource-policy", "keep");
        }
        Map<String, Object> specs = new java.util.TreeMap<>();
        rendered.forEach(crd -> specs.put(crd.getMetadata().getName(), crd.get("spec")));
        Map<String, Object> source = new java.util.TreeMap<>();
        try (Stream<Path> files = Files.list(Shell.repository().resolve("crds/kubernetes"))) {
            for (Path file : files.toList()) {
                var crd = Serialization.unmarshal(Files.readString(file), GenericKubernetesResource.class);
                source.put(crd.getMetadata().getName(), crd.get("spec"));
            }
        }
        assertThat(specs).hasSize(2).isEqualTo(source);
    }

    @Test
    void the_operator_has_no_right_on_secrets_and_no_right_on_everything() {
        for (TreeSet<String> rights :
                List.of(Rights.ofOperator(), Rights.ofOperator("--set", "watchNamespaces={team-a}"))) {
            assertThat(rights)
                    .isNotEmpty()
                    .noneMatch(right -> right.contains("*"))
                    .noneMatch(right -> right.contains(" secrets"))
                    .noneMatch(right -> right.contains("deletecollection"));
        }
    }

    /** Beyond them it may only let StreamJobs go. */
    @Test
    void in_listed_namespaces_the_operator_has_rights_in_these_only() {
        Rendered rendered = Rendered.with("--set", "watchNamespaces={team-a,team-b}");
        assertThat(rendered.of("RoleBinding").stream()
                        .map(binding -> binding.getMetadata().getNamespace()))
                .containsExactlyInAnyOrder("team-a", "team-b", "headrace-system");
        List<Map<String, List<String>>> everywhere =
                rendered.get("ClusterRole", "headrace-system-headrace-operator").get("rules");
        assertThat(everywhere.stream().flatMap(rule -> rule.get("resources").stream()))
                .containsExactly("streamjobs", "streamjobs/status");
    }
}
