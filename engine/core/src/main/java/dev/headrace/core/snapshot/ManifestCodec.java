package dev.headrace.core.snapshot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;

/** Manifests as JSON, readable by people; fields that a later version adds are ignored. */
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
            return MAPPER.readValue(json, Manifest.class);
        } catch (JsonProcessingException e) {
            throw new IOException("manifest " + name + " is not readable: " + e.getOriginalMessage(), e);
        }
    }
}
