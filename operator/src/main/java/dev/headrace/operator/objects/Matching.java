package dev.headrace.operator.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Set;

/**
 * Whether an object is as it is wanted: all that is wanted is there. What the API server or others have added does not matter,
 * and neither does how an amount is spelled.
 */
public final class Matching {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Set<String> NOT_KEPT = Set.of("apiVersion", "kind");

    private Matching() {}

    public static boolean matches(HasMetadata actual, HasMetadata wanted) {
        JsonNode is = MAPPER.valueToTree(actual);
        JsonNode want = MAPPER.valueToTree(wanted);
        return want.properties().stream()
                .filter(field -> !NOT_KEPT.contains(field.getKey()))
                .allMatch(field -> holds(is.path(field.getKey()), field.getValue()));
    }

    private static boolean holds(JsonNode is, JsonNode want) {
        if (want.isObject()) {
            return want.properties().stream().allMatch(field -> holds(is.path(field.getKey()), field.getValue()));
        }
        if (want.isArray()) {
            if (is.size() != want.size()) {
                return false;
            }
            for (int i = 0; i < want.size(); i++) {
                if (!holds(is.get(i), want.get(i))) {
                    return false;
                }
            }
            return true;
        }
        return is.isMissingNode() || is.isNull() ? nothing(want) : is.equals(want) || sameAmount(is, want);
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
