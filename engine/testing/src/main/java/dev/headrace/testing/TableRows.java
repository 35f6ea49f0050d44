package dev.headrace.testing;

import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.connect.ChangelogMode;
import java.time.Duration;
import java.util.List;

/**
 * What a table holds before a job reads it.
 *
 * @param changes the kinds of change that its rows have
 * @param splits its parts, each read in order
 */
public record TableRows(String table, ChangelogMode changes, List<Split> splits) {
    public TableRows {
        splits = List.copyOf(splits);
    }

    /**
     * A part of a table.
     *
     * @param ends whether there is an end; without one the part stays open behind its last row
     */
    public record Split(String name, List<Step> steps, boolean ends) {
        public Split {
            steps = List.copyOf(steps);
        }
    }

    /** What comes next in a split. */
    public sealed interface Step {}

    /** A row, its cells in the form that {@link Case} describes: first those of physical columns, then of metadata. */
    public record Row(ChangeKind kind, List<String> cells) implements Step {
        public Row {
            cells = List.copyOf(cells);
        }
    }

    /** Nothing for so long, by the clock of the run. */
    public record Wait(Duration duration) implements Step {}
}
