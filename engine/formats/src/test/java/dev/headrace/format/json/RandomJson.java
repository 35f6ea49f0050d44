package dev.headrace.format.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Random schemas, documents that fit them, and their text in random spellings. */
final class RandomJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final DateTimeFormatter SQL = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 6, true)
            .toFormatter();

    private final Random random;

    RandomJson(long seed) {
        random = new Random(seed);
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    Schema schema() {
        return new Schema(fields(random.nextInt(20) == 0 ? 150 : 1 + random.nextInt(12), 0));
    }

    private List<Field> fields(int count, int depth) {
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = switch (random.nextInt(6)) {
                case 0 -> "f" + i;
                case 1 -> "a_field_with_a_long_name_" + i;
                case 2 -> "é€😀" + i;
                case 3 -> "q\"\\\n" + i;
                default -> "field" + i;
            };
            fields.add(new Field(name, type(depth)));
        }
        return fields;
    }

    private DataType type(int depth) {
        return switch (random.nextInt(depth < 3 ? 15 : 11)) {
            case 0 -> DataType.INT;
            case 1, 2 -> DataType.BIGINT;
            case 3, 4 -> DataType.STRING;
            case 5 -> DataType.BOOLEAN;
            case 6 -> DataType.DOUBLE;
            case 7 -> DataType.decimal(12, 3);
            case 8 -> DataType.decimal(38, 6);
            case 9 -> DataType.timestamp(6);
            case 10 -> DataType.BYTES;
            case 11 -> DataType.array(type(depth + 1));
            case 12 -> DataType.map(DataType.STRING, type(depth + 1));
            default -> DataType.row(fields(1 + random.nextInt(5), depth + 1));
        };
    }

    /** Some paths of leaves, rows and rows' fields. */
    List<List<Integer>> paths(Schema schema) {
        List<List<Integer>> paths = new ArrayList<>();
        collect(schema.fields(), List.of(), paths);
        Collections.shuffle(paths, random);
        List<List<Integer>> chosen = new ArrayList<>(paths.subList(0, 1 + random.nextInt(paths.size())));
        if (random.nextInt(4) == 0) {
            chosen.add(chosen.getFirst());
        }
        return chosen;
    }

    private static void collect(List<Field> fields, List<Integer> prefix, List<List<Integer>> paths) {
        for (int i = 0; i < fields.size(); i++) {
            List<Integer> path = new ArrayList<>(prefix);
            path.add(i);
            paths.add(path);
            if (fields.get(i).type().kind() == dev.headrace.api.type.Kind.ROW) {
                collect(fields.get(i).type().fields(), path, paths);
            }
        }
    }

    /** A document whose fields are null or missing at times, and which has some that the schema does not. */
    ObjectNode document(List<Field> fields) {
        ObjectNode document = NODES.objectNode();
        List<Field> order = new ArrayList<>(fields);
        if (random.nextInt(3) == 0) {
            Collections.shuffle(order, random);
        }
        for (Field field : order) {
            if (random.nextInt(8) == 0) {
                document.set("unknown" + random.nextInt(5), junk(0));
            }
            if (random.nextInt(10) > 0) {
                document.set(field.name(), random.nextInt(8) == 0 ? NODES.nullNode() : value(field.type()));
            }
        }
        return document;
    }

    private JsonNode junk(int depth) {
        return switch (random.nextInt(depth > 3 ? 4 : 6)) {
            case 0 -> NODES.textNode(text());
            case 1 -> NODES.numberNode(random.nextDouble());
            case 2 -> NODES.nullNode();
            case 3 -> NODES.booleanNode(random.nextBoolean());
            case 4 -> {
                ArrayNode array = NODES.arrayNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    array.add(junk(depth + 1));
                }
                yield array;
            }
            default -> {
                ObjectNode object = NODES.objectNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    object.set(text(), junk(depth + 1));
                }
                yield object;
            }
        };
    }

    private JsonNode value(DataType type) {
        return switch (type.kind()) {
            case INT -> NODES.numberNode(random.nextInt() >> random.nextInt(32));
            case BIGINT -> NODES.numberNode(random.nextLong() >> random.nextInt(64));
            case VARCHAR -> NODES.textNode(text());
            case BOOLEAN -> NODES.booleanNode(random.nextBoolean());
            case DOUBLE ->
                NODES.numberNode(random.nextBoolean() ? random.nextInt(100_000) / 100d : random.nextGaussian() * 1e9);
            case DECIMAL ->
                NODES.numberNode(new BigDecimal(
                        new BigInteger(random.nextInt(type.isWideDecimal() ? 120 : 39), random), type.scale()));
            case TIMESTAMP ->
                NODES.textNode(SQL.format(LocalDateTime.ofEpochSecond(
                        random.nextLong(-2_000_000_000L, 200_000_000_000L),
                        random.nextInt(3) == 0 ? 0 : random.nextInt(1_000_000) * 1000,
                        ZoneOffset.UTC)));
            case VARBINARY -> {
                byte[] bytes = new byte[random.nextInt(20)];
                random.nextBytes(bytes);
                yield NODES.binaryNode(bytes);
            }
            case ARRAY -> {
                ArrayNode array = NODES.arrayNode();
                for (int i = random.nextInt(6); i > 0; i--) {
                    array.add(
                            random.nextInt(8) == 0
                                    ? NODES.nullNode()
                                    : value(type.fields().getFirst().type()));
                }
                yield array;
            }
            case MAP -> {
                ObjectNode map = NODES.objectNode();
                for (int i = random.nextInt(6); i > 0; i--) {
                    map.set(text(), value(type.fields().get(1).type()));
                }
                yield map;
            }
            case ROW -> document(type.fields());
            default -> throw new IllegalArgumentException(type.toString());
        };
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(random.nextInt(5) == 0 ? 40 : 12); i > 0; i--) {
            text.appendCodePoint(
                    switch (random.nextInt(24)) {
                        case 0 -> random.nextInt(0x20);
                        case 1 -> "\"\\/{}[],:".charAt(random.nextInt(9));
                        case 2 -> 0x80 + random.nextInt(0x700);
                        case 3 -> 0x4E00 + random.nextInt(0x1000);
                        case 4 -> 0x1F600 + random.nextInt(50);
                        default -> 'a' + random.nextInt(26);
                    });
        }
        return text.toString();
    }

    /** What a value of a type is once read: the fields of rows in order, missing ones null, others gone. */
    static JsonNode read(JsonNode node, DataType type) {
        if (node == null || node.isNull()) {
            return NullNode.getInstance();
        }
        return switch (type.kind()) {
            case ROW -> {
                ObjectNode row = NODES.objectNode();
                for (Field field : type.fields()) {
                    row.set(field.name(), read(node.get(field.name()), field.type()));
                }
                yield row;
            }
            case ARRAY -> {
                ArrayNode array = NODES.arrayNode();
                node.forEach(element ->
                        array.add(read(element, type.fields().getFirst().type())));
                yield array;
            }
            case MAP -> {
                ObjectNode map = NODES.objectNode();
                node.properties()
                        .forEach(e -> map.set(
                                e.getKey(),
                                read(e.getValue(), type.fields().get(1).type())));
                yield map;
            }
            default -> node;
        };
    }

    /** The node's text on one line, with white space and escapes that need not be there. */
    String spelled(JsonNode node, boolean spaced) {
        StringBuilder out = new StringBuilder();
        spell(node, spaced, out);
        return out.toString();
    }

    private void spell(JsonNode node, boolean spaced, StringBuilder out) {
        space(spaced, out);
        if (node.isObject()) {
            out.append('{');
            boolean first = true;
            for (Map.Entry<String, JsonNode> entry : node.properties()) {
                if (!first) {
                    out.append(',');
                }
                first = false;
                space(spaced, out);
                quote(entry.getKey(), spaced, out);
                space(spaced, out);
                out.append(':');
                spell(entry.getValue(), spaced, out);
            }
            out.append(spaced && random.nextBoolean() ? " }" : "}");
        } else if (node.isArray()) {
            out.append('[');
            for (int i = 0; i < node.size(); i++) {
                out.append(i > 0 ? "," : "");
                spell(node.get(i), spaced, out);
            }
            out.append(']');
        } else if (node.isTextual() || node.isBinary()) {
            quote(node.asText(), spaced, out);
        } else if (node.isBigDecimal()) {
            out.append(
                    random.nextBoolean()
                            ? node.decimalValue()
                            : node.decimalValue().toPlainString());
        } else {
            out.append(node);
        }
        space(spaced, out);
    }

    private void space(boolean spaced, StringBuilder out) {
        while (spaced && random.nextInt(6) == 0) {
            out.append(" \t\r".charAt(random.nextInt(3)));
        }
    }

    private void quote(String text, boolean escapeMore, StringBuilder out) {
        out.append('"');
        text.codePoints().forEach(c -> {
            boolean control = c == '\n' || c == 0 || c < 0x20 && !escapeMore;
            if (control || escapeMore && random.nextInt(12) == 0) {
                for (char unit : Character.toChars(c)) {
                    out.append(String.format("\\u%04x", (int) unit));
                }
            } else {
                out.append(c == '"' || c == '\\' ? "\\" : "").appendCodePoint(c);
            }
        });
        out.append('"');
    }
}
