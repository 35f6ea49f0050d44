package dev.headrace.testing;

import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.Options;
import dev.headrace.api.error.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Cases in text files. A file begins with what the case is about; then come sections, in any order:
 *
 * <pre>
 * == sql                                   the script: tables (WITH may be left out) and a SELECT or INSERTs
 * == input TABLE [retract|upsert] [open]   its rows; `open`: the table does not end
 * == split                                 the same table's next split
 * == expect [TABLE]                        its rows at the end, in any order; without a name: those of the SELECT
 * == late N                                how many rows are dropped because they are late
 * == error                                 the beginning of what the script is refused with
 * == without restarts                      the outcome depends on when rows come: the job is not killed and restored
 * == disabled REASON                       leaves the case out
 * </pre>
 *
 * A row is a line of cells between bars, see docs/testing.md; in a changelog with its kind in front ({@code +I}, {@code
 * -U}, {@code +U}, {@code -D}). {@code wait 5 s} lets time pass before the split's next row. A line that begins with
 * {@code #} is for people, such as the names of the columns.
 */
public final class CaseFile {
    private static final String EXTENSION = ".case";

    private final String name;
    private final StringBuilder description = new StringBuilder();
    private final StringBuilder script = new StringBuilder();
    private final StringBuilder error = new StringBuilder();
    private final List<TableRows> inputs = new ArrayList<>();
    private final Map<String, List<List<String>>> expected = new LinkedHashMap<>();
    private OptionalLong lateRows = OptionalLong.empty();
    private boolean restarts = true;
    private Optional<String> disabled = Optional.empty();

    private String table = "";
    private ChangelogMode changes = ChangelogMode.INSERT_ONLY;
    private boolean open;
    private final List<TableRows.Split> splits = new ArrayList<>();
    private final List<TableRows.Step> steps = new ArrayList<>();

    private CaseFile(String name) {
        this.name = name;
    }

    /** The cases in the files {@code *.case} of a folder and those below it. */
    public static List<Case> in(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(f -> f.toString().endsWith(EXTENSION))
                    .sorted()
                    .map(f -> read(folder, f))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Case read(Path folder, Path file) {
        String name = folder.relativize(file).toString().replace('\\', '/');
        try {
            return parse(name.substring(0, name.length() - EXTENSION.length()), Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads a case. */
    public static Case parse(String name, String text) {
        CaseFile file = new CaseFile(name);
        String section = "";
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            try {
                if (line.startsWith("== ")) {
                    section = file.begin(line.substring(3).strip());
                } else {
                    file.take(section, line);
                }
            } catch (UserError e) {
                throw UserError.request("case '" + name + "', line " + number + ": " + e.getMessage());
            }
        }
        return file.finish();
    }

    private String begin(String header) {
        String[] words = header.split("\\s+");
        if (!words[0].equals("split")) {
            endTable();
        }
        switch (words[0]) {
            case "sql", "error" -> {}
            case "input" -> beginTable(words);
            case "split" -> {
                if (table.isEmpty()) {
                    throw UserError.request("'== split' has no '== input TABLE' before it");
                }
                endSplit();
            }
            case "expect" -> {
                table = words.length > 1 ? words[1] : Case.RESULT;
                expected.put(table, new ArrayList<>());
            }
            case "late" -> lateRows = OptionalLong.of(new Options("late", Map.of("late", words[1])).number("late", 0));
            case "without" -> restarts = false;
            case "disabled" ->
                disabled = Optional.of(header.substring(words[0].length()).strip());
            default ->
                throw UserError.request("there is no section '" + words[0]
                        + "'; there are: sql, input, split, expect, late, error, without restarts, disabled");
        }
        return words[0];
    }

    private void beginTable(String[] words) {
        if (words.length < 2) {
            throw UserError.request("'== input' needs the name of a table");
        }
        table = words[1];
        changes = ChangelogMode.INSERT_ONLY;
        open = false;
        for (int i = 2; i < words.length; i++) {
            switch (words[i]) {
                case "retract" -> changes = ChangelogMode.RETRACT;
                case "upsert" -> changes = ChangelogMode.UPSERT;
                case "open" -> open = true;
                default -> throw UserError.request("'" + words[i] + "' is none of: retract, upsert, open");
            }
        }
    }

    private void endSplit() {
        splits.add(new TableRows.Split("split-" + splits.size(), steps, !open));
        steps.clear();
    }

    private void endTable() {
        if (!table.isEmpty() && !expected.containsKey(table)) {
            endSplit();
            inputs.add(new TableRows(table, changes, splits));
            splits.clear();
        }
        table = "";
    }

    private void take(String section, String line) {
        switch (section) {
            case "" -> description.append(line).append('\n');
            case "sql" -> script.append(line).append('\n');
            case "error" -> error.append(line.strip()).append('\n');
            case "input", "split" -> {
                if (isRow(line)) {
                    steps.add(step(line.strip()));
                }
            }
            case "expect" -> {
                if (isRow(line)) {
                    expected.get(table).add(RowText.cells(line));
                }
            }
            default -> {
                if (isRow(line)) {
                    throw UserError.request("'" + line + "' is in no section that takes lines");
                }
            }
        }
    }

    private static boolean isRow(String line) {
        return !line.isBlank() && !line.startsWith("#");
    }

    private TableRows.Step step(String line) {
        if (line.startsWith("wait ")) {
            return new TableRows.Wait(
                    new Options("wait", Map.of("wait", line.substring(5))).duration("wait", Duration.ZERO));
        }
        for (ChangeKind kind : ChangeKind.values()) {
            if (line.startsWith(kind.symbol() + " ")) {
                if (changes == ChangelogMode.INSERT_ONLY && kind != ChangeKind.INSERT) {
                    throw UserError.request(
                            "a row " + kind.symbol() + " needs '== input " + table + " retract' (or upsert) above");
                }
                return new TableRows.Row(kind, RowText.cells(line.substring(2)));
            }
        }
        return new TableRows.Row(ChangeKind.INSERT, RowText.cells(line));
    }

    private Case finish() {
        endTable();
        String refusal = error.toString().strip();
        if (script.isEmpty() || expected.isEmpty() == refusal.isEmpty()) {
            throw UserError.request("case '" + name + "' needs '== sql' and one of '== expect' and '== error'");
        }
        return new Case(
                name,
                description.toString().strip(),
                script.toString(),
                inputs,
                expected,
                lateRows,
                refusal.isEmpty() ? Optional.empty() : Optional.of(refusal),
                restarts,
                disabled);
    }
}
