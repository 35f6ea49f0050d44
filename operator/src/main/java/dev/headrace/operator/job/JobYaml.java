package dev.headrace.operator.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.headrace.crds.StreamJob;
import dev.headrace.crds.StreamJobSpec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** A StreamJob at one revision as the file that the pod reads: what a pod is made of, with the image resolved. */
public final class JobYaml {
    /** Where the pod finds it. */
    public static final String PATH = "/etc/headrace/job/job.yaml";

    private static final YAMLMapper MAPPER = YAMLMapper.builder(YAMLFactory.builder()
                    .enable(YAMLGenerator.Feature.LITERAL_BLOCK_STYLE)
                    .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                    .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                    .disable(YAMLGenerator.Feature.SPLIT_LINES)
                    .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                    .build())
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .build();

    private JobYaml() {}

    public static String write(StreamJob job, String image) {
        return text(tree(job, image));
    }

    /** With what the job's storage is reached, also when the job is gone: its file, without what it does. */
    public static String access(StreamJob job, String image) {
        ObjectNode root = tree(job, image);
        ((ObjectNode) root.get("spec")).remove("sql");
        return compress(text(root));
    }

    private static String text(ObjectNode root) {
        try {
            return MAPPER.writeValueAsString(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ObjectNode tree(StreamJob job, String image) {
        StreamJobSpec spec = job.getSpec();
        ObjectNode root = MAPPER.createObjectNode();
        root.put("apiVersion", StreamJob.GROUP + "/" + StreamJob.VERSION).put("kind", StreamJob.KIND);
        root.putObject("metadata")
                .put("name", job.getMetadata().getName())
                .put("namespace", job.getMetadata().getNamespace());
        ObjectNode parts = root.putObject("spec");
        put(parts, "sql", spec.sql());
        put(parts, "resources", spec.resources());
        ObjectNode snapshots = parts.putObject("snapshots");
        put(snapshots, "storage", spec.snapshots().storage());
        put(snapshots, "interval", spec.snapshots().interval());
        put(snapshots, "keep", spec.snapshots().keep());
        if (spec.upgrade() != null && spec.upgrade().onChange() != null) {
            parts.putObject("upgrade").put("onChange", spec.upgrade().onChange());
        }
        put(parts, "env", spec.env());
        put(parts, "envFrom", spec.envFrom());
        put(parts, "serviceAccountName", spec.serviceAccountName());
        parts.put("image", image);
        put(parts, "podTemplate", spec.podTemplate());
        return root;
    }

    private static void put(ObjectNode into, String name, Object value) {
        if (value != null) {
            into.set(name, MAPPER.valueToTree(value));
        }
    }

    /** The same spec with an image. */
    public static StreamJobSpec withImage(StreamJobSpec spec, String image) {
        return with(spec, "image", image);
    }

    /** The same spec with an account. */
    public static StreamJobSpec withServiceAccount(StreamJobSpec spec, String account) {
        return with(spec, "serviceAccountName", account);
    }

    private static StreamJobSpec with(StreamJobSpec spec, String field, String value) {
        ObjectNode node = MAPPER.valueToTree(spec);
        try {
            return MAPPER.treeToValue(node.put(field, value), StreamJobSpec.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Empty where the text is no job: someone wrote into it. */
    public static Optional<StreamJobSpec> read(String text) {
        try {
            JsonNode spec = MAPPER.readTree(text).path("spec");
            return spec.path("snapshots").has("storage") && spec.has("image")
                    ? Optional.of(MAPPER.treeToValue(spec, StreamJobSpec.class))
                    : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** For an annotation, which has less room than a ConfigMap. */
    public static String compress(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    /** Empty where the text is not what {@link #compress} makes. */
    public static Optional<String> decompress(String text) {
        try (GZIPInputStream zip =
                new GZIPInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(text)))) {
            return Optional.of(new String(zip.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
