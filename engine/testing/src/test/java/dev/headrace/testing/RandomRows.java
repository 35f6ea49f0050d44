package dev.headrace.testing;

import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.connect.ChangelogMode;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Tables made at random: rows (id, k, v, ts) in several splits, and the same rows as an oracle reads them. */
final class RandomRows {
    private static final LocalDateTime START = LocalDateTime.of(2024, 1, 1, 12, 0);
    private static final DateTimeFormatter FORM = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS");

    private RandomRows() {}

    /**
     * A row.
     *
     * @param key may be missing
     * @param time milliseconds since noon; no two rows of a table have the same
     * @param watermark before the row in its split, in milliseconds since noon
     */
    record Row(int id, Optional<String> key, int value, long time, long watermark) {
        List<String> cells() {
            return List.of(id + "", key.orElse("NULL"), value + "", text(time));
        }

        /** Whether it is too late for a window with that end. */
        boolean isLateFor(long end) {
            return end - 1 <= watermark;
        }
    }

    /** A table's input, and the rows that it holds at the end. */
    record Table(TableRows input, List<Row> rows) {}

    static String text(long millis) {
        return START.plusNanos(millis * 1_000_000).format(FORM);
    }

    /**
     * Rows that only come, in splits in which time goes forward by steps and back by up to {@code disorder}.
     *
     * @param delay of the watermark behind the highest time
     */
    static Table inserts(String name, Random random, int splits, int rows, int disorder, int delay) {
        List<List<TableRows.Step>> steps = new ArrayList<>();
        long[] clocks = new long[splits];
        long[] watermarks = new long[splits];
        for (int i = 0; i < splits; i++) {
            steps.add(new ArrayList<>());
            clocks[i] = random.nextInt(5_000);
            watermarks[i] = Long.MIN_VALUE;
        }
        List<Row> all = new ArrayList<>();
        for (int id = 0; id < rows; id++) {
            int split = random.nextInt(splits);
            clocks[split] += random.nextInt(4_000);
            // The last digits are the row's number, so that no time comes twice.
            long time = (clocks[split] - random.nextInt(disorder + 1)) / 1000 * 1000 + id;
            Row row = new Row(id, key(random), random.nextInt(9), time, watermarks[split]);
            watermarks[split] = Math.max(watermarks[split], time - delay);
            all.add(row);
            steps.get(split).add(new TableRows.Row(ChangeKind.INSERT, row.cells()));
        }
        return new Table(table(name, ChangelogMode.INSERT_ONLY, steps), all);
    }

    private static Optional<String> key(Random random) {
        int number = random.nextInt(7);
        return number == 6 ? Optional.empty() : Optional.of("k" + number % 4);
    }

    /** Rows that come, change and go; an id stays in its split. */
    static Table changes(String name, Random random, int splits, int rows, boolean upsert) {
        List<List<TableRows.Step>> steps = new ArrayList<>();
        for (int i = 0; i < splits; i++) {
            steps.add(new ArrayList<>());
        }
        Map<Integer, Row> live = new LinkedHashMap<>();
        for (int i = 0; i < rows; i++) {
            int id = random.nextInt(1 + rows / 3);
            List<TableRows.Step> split = steps.get(id % splits);
            Row before = live.get(id);
            Row after = new Row(id, key(random), random.nextInt(9), i, Long.MIN_VALUE);
            if (before == null) {
                split.add(new TableRows.Row(ChangeKind.INSERT, after.cells()));
                live.put(id, after);
            } else if (random.nextInt(3) == 0) {
                List<String> cells = upsert ? List.of(id + "", "NULL", "NULL", "NULL") : before.cells();
                split.add(new TableRows.Row(ChangeKind.DELETE, cells));
                live.remove(id);
            } else {
                if (!upsert) {
                    split.add(new TableRows.Row(ChangeKind.UPDATE_BEFORE, before.cells()));
                }
                split.add(new TableRows.Row(ChangeKind.UPDATE_AFTER, after.cells()));
                live.put(id, after);
            }
        }
        ChangelogMode mode = upsert ? ChangelogMode.UPSERT : ChangelogMode.RETRACT;
        return new Table(table(name, mode, steps), new ArrayList<>(live.values()));
    }

    private static TableRows table(String name, ChangelogMode mode, List<List<TableRows.Step>> steps) {
        List<TableRows.Split> splits = new ArrayList<>();
        for (List<TableRows.Step> one : steps) {
            splits.add(new TableRows.Split("split-" + splits.size(), one, true));
        }
        return new TableRows(name, mode, splits);
    }
}
