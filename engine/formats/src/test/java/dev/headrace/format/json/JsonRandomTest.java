package dev.headrace.format.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headrace.api.connect.DecodeException;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Schema;
import dev.headrace.format.Decoding;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Random documents: what is read is what Jackson reads, however the documents come. Each message has the seed. */
class JsonRandomTest {
    private static final long FIRST_SEED = 20260101;
    private static final int ROUNDS = 300;
    private static final Map<String, String> LENIENT = Map.of("ignore-parse-errors", "true");

    private final ObjectMapper jackson = new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private final ObjectMapper strictJackson =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    @Test
    void readsWhatJacksonReads() throws JsonProcessingException {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + ROUNDS; seed++) {
            RandomJson random = new RandomJson(seed);
            Schema schema = random.schema();
            List<List<Integer>> paths = random.paths(schema);
            Decoding decoding = Decoding.of(new JsonFormat(), schema, Map.of(), paths);
            for (int i = 0; i < 30; i++) {
                ObjectNode document = random.document(schema.fields());
                String text = random.spelled(document, random.below(3) == 0);
                JsonNode row = jackson.readTree(decoding.record(text).getFirst());
                List<JsonNode> found = new ArrayList<>();
                row.forEach(found::add);
                List<JsonNode> expected = new ArrayList<>();
                paths.stream().distinct().forEach(path -> expected.add(expected(document, schema, path)));
                assertThat(found.stream().map(this::plain).toList())
                        .as("seed %d, paths %s, document %s", seed, paths, text)
                        .isEqualTo(expected.stream().map(this::plain).toList());
            }
        }
    }

    private JsonNode expected(JsonNode document, Schema schema, List<Integer> path) {
        JsonNode node = document.get(schema.name(path.getFirst()));
        DataType type = schema.type(path.getFirst());
        for (int index : path.subList(1, path.size())) {
            node = node == null ? null : node.get(type.fields().get(index).name());
            type = type.fields().get(index).type();
        }
        return RandomJson.read(node, type);
    }

    /** Text in which numbers that are equal look equal. */
    private String plain(JsonNode node) {
        try {
            JsonNode read = jackson.readTree(node.toString());
            if (read.isNumber()) {
                return read.decimalValue().stripTrailingZeros().toString();
            }
            if (read.isContainerNode()) {
                StringBuilder text = new StringBuilder();
                if (read.isObject()) {
                    read.properties()
                            .forEach(e -> text.append(e.getKey())
                                    .append('=')
                                    .append(plain(e.getValue()))
                                    .append(';'));
                } else {
                    read.forEach(element -> text.append(plain(element)).append(';'));
                }
                return (read.isObject() ? "{" : "[") + text;
            }
            return read.toString();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void readsTheSameHoweverLinesAreCut() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + ROUNDS; seed++) {
            RandomJson random = new RandomJson(seed);
            Schema schema = random.schema();
            List<List<Integer>> paths = random.paths(schema);
            StringBuilder lines = new StringBuilder();
            List<String> expected = new ArrayList<>();
            Decoding decoding = Decoding.of(new JsonFormat(), schema, Map.of(), paths);
            for (int i = 0; i < 20; i++) {
                String text = random.spelled(random.document(schema.fields()), random.below(4) == 0);
                expected.addAll(decoding.record(text));
                lines.append(text)
                        .append(random.below(3) == 0 ? "\r\n" : "\n")
                        .append(random.below(5) == 0 ? "\n" : "");
            }
            if (random.below(2) == 0) {
                lines.setLength(lines.toString().stripTrailing().length());
            }
            String text = lines.toString();
            assertThat(decoding.lines(text, Integer.MAX_VALUE))
                    .as("seed %d", seed)
                    .isEqualTo(expected);
            assertThat(decoding.lines(text, 1)).as("seed %d, row by row", seed).isEqualTo(expected);
            int length = text.getBytes(StandardCharsets.UTF_8).length;
            int[] cuts = new int[8];
            for (int i = 0; i < cuts.length; i++) {
                cuts[i] = random.below(length + 1);
            }
            java.util.Arrays.sort(cuts);
            assertThat(decoding.pieces(text, cuts))
                    .as("seed %d, cut at %s", seed, java.util.Arrays.toString(cuts))
                    .isEqualTo(expected);
        }
    }

    @Test
    void readsTheSameHoweverBrokenLinesAreCut() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + ROUNDS; seed++) {
            RandomJson random = new RandomJson(seed);
            Schema schema = random.schema();
            List<List<Integer>> paths = random.paths(schema);
            Decoding single = Decoding.of(new JsonFormat(), schema, LENIENT, paths);
            Decoding strict = Decoding.of(new JsonFormat(), schema, Map.of(), paths);
            Decoding fused = Decoding.of(new JsonFormat(), schema, LENIENT, paths);
            Decoding cut = Decoding.of(new JsonFormat(), schema, LENIENT, paths);
            StringBuilder lines = new StringBuilder();
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                String text = broken(random.spelled(random.document(schema.fields()), false), random);
                expected.addAll(single.record(text));
                if (isJson(text)) {
                    assertThat(strictMessage(strict, text))
                            .as("seed %d, %s", seed, text)
                            .doesNotStartWith("not valid");
                }
                lines.append(text).append('\n');
            }
            String text = lines.toString();
            assertThat(fused.lines(text, 7)).as("seed %d", seed).isEqualTo(expected);
            assertThat(fused.decoder().skipped()).isEqualTo(single.decoder().skipped());
            int middle = random.below(text.getBytes(StandardCharsets.UTF_8).length);
            assertThat(cut.pieces(text, middle, middle + 3)).as("seed %d", seed).isEqualTo(expected);
            assertThat(cut.decoder().skipped()).isEqualTo(single.decoder().skipped());
        }
    }

    private boolean isJson(String text) {
        try {
            JsonNode node = strictJackson.readTree(text);
            return node != null && node.isObject();
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private static String strictMessage(Decoding strict, String text) {
        try {
            strict.record(text);
            return "";
        } catch (DecodeException e) {
            return e.getMessage();
        }
    }

    private static String broken(String text, RandomJson random) {
        StringBuilder broken = new StringBuilder(text);
        for (int i = random.below(4); i > 0 && !broken.isEmpty(); i--) {
            int at = random.below(broken.length());
            switch (random.below(3)) {
                case 0 -> broken.setCharAt(at, "\"\\{}[],: 019-+.eEtfnu\tx".charAt(random.below(23)));
                case 1 -> broken.deleteCharAt(at);
                default -> broken.setLength(at);
            }
        }
        return broken.toString();
    }
}
