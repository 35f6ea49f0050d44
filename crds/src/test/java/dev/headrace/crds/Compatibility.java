package dev.headrace.crds;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What in a definition would refuse or forget what an earlier one took. Limits may become wider, rules fewer, fields, words
 * and versions more.
 */
final class Compatibility {
    private final List<String> breaks = new ArrayList<>();

    private Compatibility() {}

    static List<String> breaks(JsonNode before, JsonNode now) {
        Compatibility comparison = new Compatibility();
        comparison.definition(before, now);
        return comparison.breaks;
    }

    private void definition(JsonNode before, JsonNode now) {
        for (String path :
                List.of("/metadata/name", "/spec/group", "/spec/scope", "/spec/names/kind", "/spec/names/plural")) {
            if (!before.at(path).equals(now.at(path))) {
                breaks.add(path + " was " + before.at(path) + " and is " + now.at(path));
            }
        }
        for (String names : List.of("shortNames", "categories")) {
            for (String name : words(before.at("/spec/names/" + names))) {
                if (!words(now.at("/spec/names/" + names)).contains(name)) {
                    breaks.add("/spec/names/" + names + " lost " + name);
                }
            }
        }
        for (JsonNode version : before.at("/spec/versions")) {
            String name = version.get("name").asText();
            JsonNode same = find(now.at("/spec/versions"), name);
            if (same == null) {
                breaks.add("version " + name + " is gone");
                continue;
            }
            for (String subresource : fields(version.path("subresources"))) {
                if (!same.path("subresources").has(subresource)) {
                    breaks.add(name + ": subresource " + subresource + " is gone");
                }
            }
            schema(name, version.at("/schema/openAPIV3Schema"), same.at("/schema/openAPIV3Schema"));
        }
    }

    private static JsonNode find(JsonNode versions, String name) {
        for (JsonNode version : versions) {
            if (version.get("name").asText().equals(name)) {
                return version;
            }
        }
        return null;
    }

    private void schema(String path, JsonNode before, JsonNode now) {
        // Text that may also be a whole number.
        boolean takesNumbersToo = before.path("type").asText().equals("string")
                && now.path("x-kubernetes-int-or-string").asBoolean();
        for (String exact : List.of("type", "format", "x-kubernetes-list-type", "x-kubernetes-int-or-string")) {
            if (!takesNumbersToo && !before.path(exact).equals(now.path(exact))) {
                breaks.add(
                        path + ": " + exact + " was " + text(before.path(exact)) + " and is " + text(now.path(exact)));
            }
        }
        if (before.has("x-kubernetes-preserve-unknown-fields") && !now.has("x-kubernetes-preserve-unknown-fields")) {
            breaks.add(path + ": no longer keeps fields that it does not know");
        }
        if (now.has("pattern") && !now.get("pattern").equals(before.path("pattern"))) {
            breaks.add(path + ": pattern was " + text(before.path("pattern")) + " and is " + text(now.get("pattern")));
        }
        for (String least : List.of("minimum", "minLength", "minItems", "minProperties")) {
            if (now.has(least) && now.get(least).asDouble() > before.path(least).asDouble(Double.NEGATIVE_INFINITY)) {
                breaks.add(path + ": " + least + " was " + text(before.path(least)) + " and is " + now.get(least));
            }
        }
        for (String most : List.of("maximum", "maxLength", "maxItems", "maxProperties")) {
            if (now.has(most) && now.get(most).asDouble() < before.path(most).asDouble(Double.POSITIVE_INFINITY)) {
                breaks.add(path + ": " + most + " was " + text(before.path(most)) + " and is " + now.get(most));
            }
        }
        if (now.has("enum")) {
            Set<String> lost = new TreeSet<>(words(before.path("enum")));
            lost.removeAll(words(now.path("enum")));
            lost.forEach(word -> breaks.add(path + ": no longer takes " + word));
            if (!before.has("enum")) {
                breaks.add(path + ": took any text and now takes " + words(now.path("enum")));
            }
        }
        Set<String> required = new TreeSet<>(words(now.path("required")));
        required.removeAll(words(before.path("required")));
        required.forEach(field -> breaks.add(path + "." + field + ": is now required"));
        for (JsonNode rule : now.path("x-kubernetes-validations")) {
            boolean known = false;
            for (JsonNode old : before.path("x-kubernetes-validations")) {
                known |= old.get("rule").equals(rule.get("rule"));
            }
            if (!known) {
                breaks.add(path + ": new rule " + rule.get("rule").asText());
            }
        }
        for (String field : fields(before.path("properties"))) {
            JsonNode same = now.path("properties").path(field);
            if (same.isMissingNode()) {
                breaks.add(path + "." + field + ": is gone");
            } else {
                schema(path + "." + field, before.path("properties").path(field), same);
            }
        }
        for (String inner : List.of("items", "additionalProperties")) {
            if (before.path(inner).isObject()) {
                schema(path + "[]", before.get(inner), now.path(inner));
            }
        }
    }

    private static String text(JsonNode value) {
        return value.isMissingNode() ? "not set" : value.asText();
    }

    private static Set<String> words(JsonNode list) {
        Set<String> words = new TreeSet<>();
        list.forEach(word -> words.add(word.asText()));
        return words;
    }

    private static List<String> fields(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
