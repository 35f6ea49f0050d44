package dev.headrace.runtime.control;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The fields of a request: a flat JSON object, or nothing. Fields that are null count as absent. */
final class RequestBody {
    static final int MOST_BYTES = 16 << 10;

    private final Map<String, String> fields;

    private RequestBody(Map<String, String> fields) {
        this.fields = fields;
    }

    /** What is wrong with a request, as a sentence. */
    static final class WrongRequest extends Exception {
        private static final long serialVersionUID = 1;

        WrongRequest(String message) {
            super(message);
        }
    }

    static RequestBody read(byte[] json, List<String> known) throws WrongRequest {
        Map<String, String> fields = new LinkedHashMap<>();
        if (json.length > MOST_BYTES) {
            throw new WrongRequest("the body is longer than " + MOST_BYTES + " bytes");
        }
        if (new String(json, java.nio.charset.StandardCharsets.UTF_8).isBlank()) {
            return new RequestBody(fields);
        }
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new WrongRequest("the body is no JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                if (!known.contains(name)) {
                    throw new WrongRequest("there is no field '" + name + "'; there are: " + String.join(", ", known));
                }
                JsonToken token = parser.nextToken();
                if (!token.isScalarValue()) {
                    throw new WrongRequest("'" + name + "' is no text, number, true or false");
                }
                if (token != JsonToken.VALUE_NULL) {
                    fields.put(name, parser.getText());
                }
            }
        } catch (JsonProcessingException e) {
            throw new WrongRequest("the body is not readable as JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new WrongRequest("the body is not readable: " + e.getMessage());
        }
        return new RequestBody(fields);
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(fields.get(name)).filter(t -> !t.isEmpty());
    }

    /** A whole number of seconds. */
    Optional<Duration> seconds(String name) throws WrongRequest {
        Optional<String> text = text(name);
        if (text.isPresent() && !text.get().matches("\\d{1,10}")) {
            throw new WrongRequest("'" + name + "' is '" + text.get() + "', but takes a whole number of seconds");
        }
        return text.map(t -> Duration.ofSeconds(Long.parseLong(t)));
    }

    boolean flag(String name) throws WrongRequest {
        String value = fields.getOrDefault(name, "false");
        if (!value.equals("true") && !value.equals("false")) {
            throw new WrongRequest("'" + name + "' is '" + value + "', but takes true or false");
        }
        return value.equals("true");
    }
}
