package dev.headrace.operator.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Whether an object is as it is wanted: all that is wanted is there. What the API server or others have added does not matter,
 * and neither does how an amount is spelled. Nor do further entries of a list that is merged by a key: applying ours would leave them where
 * they are, so that it would be done again for ever where an admission webhook adds a container. An entry that we have written and do not
 * want any more is left too, until something else differs; but of lists that are whole, as the rules of a NetworkPolicy, nothing is.
 */
public final class Matching {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Set<String> NOT_KEPT = Set.of("apiVersion", "kind");

    /**
     * Lists of which others may have a part, each with the field that it is in. Server-side apply merges them by a key of each entry, which
     * is among what we write. Tolerations it would replace, but webhooks add them like volumes.
     */
    private static final Set<String> SHARED = Set.of(
            "metadata.ownerReferences",
            "spec.containers",
            "spec.volumes",
            "spec.imagePullSecrets",
            "spec.tolerations",
            "spec.ports",
            "containers.env",
            "containers.ports",
            "containers.volumeMounts");

    private Matching() {}

    public static boolean matches(HasMetadata actual, HasMetadata wanted) {
        JsonNode is = MAPPER.valueToTree(actual);
        JsonNode want = MAPPER.valueToTree(wanted);
        return want.properties().stream()
                .filter(field -> !NOT_KEPT.contains(field.getKey()))
                .allMatch(field -> holds(is.path(field.getKey()), field.getValue(), "", field.getKey()));
    }

    /** @param in the name of the field in which that field is; an entry of a list is in what the list is in */
    private static boolean holds(JsonNode is, JsonNode want, String in, String name) {
        if (want.isObject()) {
            return want.properties().stream()
                    .allMatch(field -> holds(is.path(field.getKey()), field.getValue(), name, field.getKey()));
        }
        if (want.isArray()) {
            return SHARED.contains(in + "." + name) ? holdsEach(is, want, in, name) : holdsAll(is, want, in, name);
        }
        return is.isMissingNode() || is.isNull() ? nothing(want) : is.equals(want) || sameAmount(is, want);
    }

    private static boolean holdsEach(JsonNode is, JsonNode want, String in, String name) {
        return want.valueStream().allMatch(entry -> is.valueStream().anyMatch(other -> holds(other, entry, in, name)));
    }

    private static boolean holdsAll(JsonNode is, JsonNode want, String in, String name) {
        return is.size() == want.size()
                && IntStream.range(0, want.size()).allMatch(i -> holds(is.get(i), want.get(i), in, name));
    }

    /** What the API server does not write down. */
    private static boolean nothing(JsonNode want) {
        return want.isNull() || want.isTextual() && want.asText().isEmpty() || want.isBoolean() && !want.asBoolean();
    }

    private static boolean sameAmount(JsonNode is, JsonNode want) {
        if (!is.isTextual() || !want.isTextual() || !want.asText().matches("[0-9.]+[A-Za-z]{0,2}")) {
            return false;
        }
        try {
            return Quantity.getAmountInBytes(Quantity.parse(is.asText()))
                            .compareTo(Quantity.getAmountInBytes(Quantity.parse(want.asText())))
                    == 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
