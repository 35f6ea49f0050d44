package dev.headrace.operator.pod;

import java.util.List;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Why Kubernetes does not make a pod: what the StatefulSet's controller says of it, as a sentence that ends with what to do. */
final class PodRefusals {
    /** In front of what the API server said. */
    private static final Pattern PREFIX = Pattern.compile(
            "(?s)^(?:\\(combined from similar events\\): )?create Pod \\S+ in StatefulSet \\S+ failed error: "
                    + "(?:(?:[Pp]ods?) \"[^\"]+\" is (?:forbidden|invalid): )?");

    private record Rule(Pattern pattern, Function<MatchResult, String> sentence) {
        Rule(String pattern, Function<MatchResult, String> sentence) {
            this(Pattern.compile(pattern, Pattern.DOTALL), sentence);
        }
    }

    private static final List<Rule> RULES = List.of(
            new Rule(
                    "^exceeded quota: ([^,]+), requested: (.+), used: (.+), limited: (.+)$",
                    found ->
                            "the ResourceQuota " + found.group(1) + " of the namespace has no room for it: it asks for "
                                    + found.group(2) + ", where " + found.group(3) + " is used of " + found.group(4)
                                    + "; raise the quota, or ask for less in spec.resources"),
            new Rule(
                    "^failed quota: ([^:]+): must specify (\\S+) for: .*$",
                    found -> "the ResourceQuota " + found.group(1) + " of the namespace takes only pods that say "
                            + found.group(2) + "; "
                            + (found.group(2).contains("limits.cpu")
                                    ? "set spec.resources.cpuLimit"
                                    : found.group(2).contains("ephemeral-storage")
                                            ? "set spec.resources.disk"
                                            : "change the quota, or have a LimitRange set it")),
            new Rule(
                    "^\\[?((?:maximum|minimum|\\S+ max limit to request ratio) .*?)\\]?$",
                    found -> "a LimitRange of the namespace does not take it: " + sorted(found.group(1))
                            + "; change spec.resources, or the LimitRange"),
            new Rule(
                    "^violates PodSecurity \"([^\"]+)\": (.*)$",
                    found -> "the pod security of the namespace (" + found.group(1) + ") does not take it: "
                            + found.group(2)
                            + "; a job's pod fits restricted as it is made: look for what changes pods here, or change the"
                            + " namespace's label pod-security.kubernetes.io/enforce"),
            new Rule(
                    "^error looking up service account (\\S+?)/(\\S+): .*not found$",
                    found -> "the namespace " + found.group(1) + " has no ServiceAccount " + found.group(2)
                            + "; make it, or correct spec.serviceAccountName"),
            new Rule(
                    "^no PriorityClass with name (\\S+) was found$",
                    found -> "there is no PriorityClass " + found.group(1)
                            + "; make it, or correct spec.podTemplate.priorityClassName"),
            new Rule(
                    "^(?:pod rejected: )?RuntimeClass \"([^\"]+)\" not found$",
                    found -> "there is no RuntimeClass " + found.group(1)
                            + "; make it, or correct spec.podTemplate.runtimeClassName"),
            new Rule(
                    "^admission webhook \"([^\"]+)\" denied the request(?:: | without explanation)(.*)$",
                    found -> "the admission webhook " + found.group(1) + " does not take it"
                            + (found.group(2).isBlank() ? "" : ": " + found.group(2))
                            + "; do as it says, or ask who runs it"),
            new Rule(
                    "^ValidatingAdmissionPolicy '([^']+)' (?:with binding '[^']+' )?denied request: (.*)$",
                    found -> "the ValidatingAdmissionPolicy " + found.group(1) + " does not take it: " + found.group(2)
                            + "; do as it says, or ask who made it"),
            new Rule(
                    "^(?:Internal error occurred: )?failed calling webhook \"([^\"]+)\": (.*)$",
                    found -> "the admission webhook " + found.group(1) + " does not answer: " + found.group(2)
                            + "; it has to run, or to be taken out of the way of this namespace"));

    private PodRefusals() {}

    /** @param note of the event FailedCreate */
    static String sentence(String note) {
        String said = PREFIX.matcher(note).replaceFirst("").strip();
        return "there is no pod: "
                + RULES.stream()
                        .flatMap(rule -> {
                            Matcher matcher = rule.pattern().matcher(said);
                            return matcher.find() ? Stream.of(rule.sentence().apply(matcher)) : Stream.empty();
                        })
                        .findFirst()
                        .orElse("Kubernetes does not make it: " + said + "; correct what it names");
    }

    /** A LimitRange's bounds come in any order. */
    private static String sorted(String bounds) {
        return Stream.of(bounds.split(", (?!but )")).sorted().collect(Collectors.joining(", "));
    }
}
