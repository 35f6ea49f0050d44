package dev.headrace.runtime.job;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.headrace.api.error.UserError;
import dev.headrace.core.upgrade.OnChange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A StreamJob as a file.
 *
 * @param file where it was read from
 * @param sqlLine the file's line on which the SQL begins, from 1, and {@code sqlColumn} its indentation
 * @param onChange what becomes of state that the job needs and its snapshot lacks
 * @param settings what a {@code --set} gave, which overrides the script's own SET
 */
public record JobFile(
        Path file,
        String name,
        String sql,
        int sqlLine,
        int sqlColumn,
        Snapshots snapshots,
        OnChange onChange,
        Map<String, String> settings) {

    /**
     * Where and when snapshots are taken.
     *
     * @param storage empty: beside the job's file
     */
    public record Snapshots(Optional<String> storage, Duration interval, int keep) {}

    private static final String API_VERSION = "headrace.dev/v1alpha1";

    /** The fields of a StreamJob; those that mean something only on Kubernetes are taken and left alone. */
    private static final Map<String, List<String>> FIELDS = Map.ofEntries(
            Map.entry("", List.of("apiVersion", "kind", "metadata", "spec", "status")),
            Map.entry(
                    "metadata",
                    List.of(
                            "name",
                            "namespace",
                            "labels",
                            "annotations",
                            "creationTimestamp",
                            "deletionGracePeriodSeconds",
                            "deletionTimestamp",
                            "finalizers",
                            "generateName",
                            "generation",
                            "managedFields",
                            "ownerReferences",
                            "resourceVersion",
                            "selfLink",
                            "uid")),
            Map.entry(
                    "spec",
                    List.of(
                            "sql",
                            "sqlFrom",
                            "java",
                            "replicas",
                            "resources",
                            "snapshots",
                            "restoreFrom",
                            "upgrade",
                            "autoscale",
                            "state",
                            "deletionPolicy",
                            "env",
                            "envFrom",
                            "serviceAccountName",
                            "image",
                            "podTemplate")),
            Map.entry("spec.snapshots", List.of("storage", "interval", "keep", "schedule", "retain")),
            Map.entry("spec.upgrade", List.of("strategy", "onChange", "promotion", "deadline", "rollbackWindow")));

    /** The folder to which relative paths of the job are relative. */
    public Path base() {
        return file.toAbsolutePath().normalize().getParent();
    }

    private static final String WRITE_SQL = "is not supported yet; write the job in 'spec.sql'";

    private static final Map<String, String> UNSUPPORTED = Map.of("spec.java", WRITE_SQL, "spec.sqlFrom", WRITE_SQL);

    /** What a field of the file, by its path, may hold. */
    static List<String> fields(String path) {
        return FIELDS.get(path);
    }

    /** Reads the file of a job that is to be run here. */
    public static JobFile read(Path file, Map<String, String> overrides) {
        Map<String, String> unsupported = new TreeMap<>(UNSUPPORTED);
        unsupported.put(
                "spec.restoreFrom",
                "is for Kubernetes, where Snapshots have names; here a job goes on from the latest snapshot in"
                        + " 'spec.snapshots.storage', so take it out");
        return read(file, overrides, unsupported);
    }

    /** Reads a job's file to look at it only. */
    public static JobFile readToExplain(Path file, Map<String, String> overrides) {
        return read(file, overrides, UNSUPPORTED);
    }

    /** Reads a job's file in a pod: from what it starts is not said there, but when it is started. */
    public static JobFile readInPod(Path file) {
        return read(file, Map.of(), UNSUPPORTED);
    }

    private static JobFile read(Path file, Map<String, String> overrides, Map<String, String> unsupported) {
        String text;
        try {
            text = Files.readString(file);
        } catch (NoSuchFileException e) {
            throw UserError.request("there is no file " + file + "; give the path of a StreamJob's YAML");
        } catch (IOException e) {
            throw UserError.request("cannot read " + file + ": " + e.getMessage());
        }
        Map<String, Value> values = values(file, text);
        require(file, values, "apiVersion", API_VERSION);
        require(file, values, "kind", "StreamJob");
        unsupported.forEach((name, why) -> values.keySet().stream()
                .filter(k -> k.equals(name) || k.startsWith(name + "."))
                .findFirst()
                .ifPresent(k -> {
                    throw at(file, values.get(k), "'" + name + "' " + why);
                }));
        Value sql = values.get("spec.sql");
        if (sql == null) {
            throw UserError.request(file + ": 'spec.sql' is missing; it holds the job's statements");
        }
        Value name = values.get("metadata.name");
        if (name == null) {
            throw UserError.request(file + ": 'metadata.name' is missing; it names the job");
        }
        Map<String, String> settings = new LinkedHashMap<>();
        overrides.forEach((key, value) -> {
            if (key.startsWith("spec.") || key.startsWith("snapshots.") || key.startsWith("upgrade.")) {
                String path = key.startsWith("spec.") ? key : "spec." + key;
                check(file, path, new Value(value, 0, 0));
                values.put(path, new Value(value, 0, 0));
            } else {
                settings.put(key, value);
            }
        });
        int[] start = scalarStart(text, sql);
        return new JobFile(
                file,
                name.text(),
                sql.text(),
                start[0],
                start[1],
                snapshots(file, values),
                onChange(file, values),
                settings);
    }

    private static OnChange onChange(Path file, Map<String, Value> values) {
        Value value = values.get("spec.upgrade.onChange");
        try {
            return value == null ? OnChange.REBUILD : OnChange.of(value.text());
        } catch (UserError e) {
            throw at(file, value, e.getMessage());
        }
    }

    private static Snapshots snapshots(Path file, Map<String, Value> values) {
        Value interval = values.get("spec.snapshots.interval");
        Value keep = values.get("spec.snapshots.keep");
        return new Snapshots(
                Optional.ofNullable(values.get("spec.snapshots.storage")).map(Value::text),
                interval == null ? Duration.ofSeconds(10) : duration(file, interval),
                keep == null ? 3 : number(file, keep));
    }

    private static Duration duration(Path file, Value value) {
        try {
            return Duration.parse(
                    "PT" + value.text().strip().replace("ms", "E-3S").replace(" ", ""));
        } catch (java.time.format.DateTimeParseException e) {
            if (value.text().strip().matches("\\d+ms")) {
                return Duration.ofMillis(Long.parseLong(value.text().strip().replace("ms", "")));
            }
            throw at(
                    file,
                    value,
                    "'spec.snapshots.interval' is '" + value.text() + "', but takes a duration such as 10s");
        }
    }

    private static int number(Path file, Value value) {
        try {
            int number = Integer.parseInt(value.text());
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, as for numbers out of range.
        }
        throw at(file, value, "'spec.snapshots.keep' is '" + value.text() + "', but takes a number from 1");
    }

    private static void require(Path file, Map<String, Value> values, String path, String wanted) {
        Value found = values.get(path);
        if (found == null) {
            throw UserError.request(
                    file + ": '" + path + "' is missing; a job begins with '" + path + ": " + wanted + "'");
        }
        if (!found.text().equals(wanted)) {
            throw at(file, found, "'" + path + "' is '" + found.text() + "', but must be '" + wanted + "'");
        }
    }

    private record Value(String text, int line, int column) {}

    private static UserError at(Path file, Value value, String message) {
        String where = value.line() == 0 ? "--set" : file + ":" + value.line() + ":" + value.column();
        return UserError.request(where + ": " + message);
    }

    /** The scalars by their dotted path. */
    private static Map<String, Value> values(Path file, String text) {
        Map<String, Value> values = new LinkedHashMap<>();
        Deque<String> path = new ArrayDeque<>();
        Deque<Integer> index = new ArrayDeque<>();
        try (JsonParser parser = new YAMLFactory().createParser(text)) {
            String field = "";
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                JsonLocation at = parser.currentTokenLocation();
                switch (token) {
                    case FIELD_NAME -> {
                        field = join(path, parser.currentName());
                        check(file, field, new Value(field, at.getLineNr(), at.getColumnNr()));
                    }
                    case START_OBJECT, START_ARRAY -> {
                        path.addLast(field);
                        index.addLast(0);
                    }
                    case END_OBJECT, END_ARRAY -> {
                        field = path.removeLast();
                        index.removeLast();
                    }
                    default -> values.put(field, new Value(parser.getText(), at.getLineNr(), at.getColumnNr()));
                }
            }
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            String where = at == null ? "" : ":" + at.getLineNr() + ":" + at.getColumnNr();
            throw UserError.request(file + where + ": not readable as YAML: "
                    + e.getOriginalMessage().lines().findFirst().orElse("").strip());
        } catch (IOException e) {
            throw UserError.request(file + ": not readable as YAML: " + e.getMessage());
        }
        if (values.isEmpty()) {
            throw UserError.request(file + ": holds no StreamJob");
        }
        return values;
    }

    private static String join(Deque<String> path, String name) {
        String parent = path.isEmpty() ? "" : path.getLast();
        return parent.isEmpty() ? name : parent + "." + name;
    }

    private static void check(Path file, String path, Value where) {
        int dot = path.lastIndexOf('.');
        String parent = dot < 0 ? "" : path.substring(0, dot);
        List<String> known = FIELDS.get(parent);
        if (known != null && !known.contains(path.substring(dot + 1))) {
            throw at(
                    file,
                    where,
                    "there is no field '" + path + "'; " + (parent.isEmpty() ? "a StreamJob" : "'" + parent + "'")
                            + " has: " + String.join(", ", new TreeSet<>(known)));
        }
    }

    /** Line of the first line of a block scalar and its indentation; for a plain scalar its own place. */
    private static int[] scalarStart(String text, Value sql) {
        List<String> lines = text.lines().toList();
        String header = lines.get(sql.line() - 1);
        boolean block = sql.column() <= header.length()
                && (header.charAt(sql.column() - 1) == '|' || header.charAt(sql.column() - 1) == '>');
        if (!block || sql.line() >= lines.size()) {
            return new int[] {sql.line(), sql.column() - 1};
        }
        int line = sql.line();
        while (line < lines.size() - 1 && lines.get(line).isBlank()) {
            line++;
        }
        String first = lines.get(line);
        return new int[] {sql.line() + 1, first.length() - first.stripLeading().length()};
    }
}
