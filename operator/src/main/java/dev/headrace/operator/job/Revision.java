package dev.headrace.operator.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headrace.crds.StreamJob;
import dev.headrace.crds.StreamJobSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The digest of the parts of a spec that a pod is made of: ten hexadecimal digits. Other releases of the operator must come to
 * the same digest, or they would start every job anew: it is made of what the user wrote, without defaults.
 */
public final class Revision {
    private static final ObjectMapper CANONICAL = JsonMapper.builder()
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .build();
    private static final int DIGITS = 10;

    private Revision() {}

    /** The revision that the spec asks for. */
    public static String of(StreamJob job) {
        StreamJobSpec spec = job.getSpec();
        Map<String, Object> parts = new TreeMap<>();
        put(parts, "sql", spec.sql());
        put(parts, "sqlFrom", spec.sqlFrom());
        put(parts, "java", spec.java());
        put(parts, "resources", spec.resources());
        put(parts, "image", spec.image());
        put(parts, "env", spec.env());
        put(parts, "envFrom", spec.envFrom());
        put(parts, "storage", spec.snapshots().storage());
        put(parts, "interval", spec.snapshots().interval());
        put(parts, "keep", spec.snapshots().keep());
        put(parts, "serviceAccountName", spec.serviceAccountName());
        put(parts, "podTemplate", spec.podTemplate());
        restoreFrom(job).ifPresent(from -> parts.put("restoreFrom", from));
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(CANONICAL.writeValueAsString(parts).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, DIGITS);
        } catch (JsonProcessingException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The restoreFrom that was asked for last: that of the spec, or where it has none any more, the one heeded last. */
    public static Optional<StreamJobSpec.RestoreFrom> restoreFrom(StreamJob job) {
        return Optional.ofNullable(job.getSpec().restoreFrom())
                .or(() -> Optional.ofNullable(job.getStatus()).map(status -> status.restored()));
    }

    private static void put(Map<String, Object> parts, String name, Object value) {
        if (value != null) {
            parts.put(name, value);
        }
    }
}
