package dev.headrace.core.snapshot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headrace.api.error.UserError;
import java.io.IOException;

/**
 * Manifests as JSON, readable by people. Fields that are not known are ignored; a manifest whose version is higher than ours
 * is refused.
 */
final class ManifestCodec {
    private static final ObjectMapper MAPPER =
            new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private ManifestCodec() {}

    static byte[] encode(Manifest manifest) {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static Manifest decode(byte[] json, String name) throws IOException {
        try {
            JsonNode tree = MAPPER.readTree(json);
            int version = tree.path("version").asInt();
            if (version > Manifest.VERSION) {
                throw UserError.job("snapshot " + name + " was written by a newer Headrace: its format is " + version
                        + ", and this one reads formats up to " + Manifest.VERSION
                        + "; run the newer one, or give the job another folder in spec.snapshots.storage");
            }
            return MAPPER.treeToValue(tree, Manifest.class);
        } catch (JsonProcessingException e) {
            throw new IOException("manifest " + name + " is not readable: " + e.getOriginalMessage(), e);
        }
    }
}
