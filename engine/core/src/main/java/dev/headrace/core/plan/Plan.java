package dev.headrace.core.plan;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.type.Schema;
import dev.headrace.core.expression.Expression;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a job computes: a tree of immutable nodes whose leaves are scans and whose roots are {@link SinkPlan}s. Two equal
 * nodes mean the same rows, and run once. Every node says the columns of its output and the kinds of change in it
 * ({@link ChangelogMode}); a node states what its operator relies on, so that the runner decides nothing about SQL.
 *
 * <p>Exchanges are not part of it: the runner puts them where {@link Partitioning} says that rows must meet by key.
 */
public sealed interface Plan {
    List<Plan> inputs();

    Schema schema();

    ChangelogMode mode();

    /** A node over one input. */
    sealed interface OneInput extends Plan {
        Plan input();

        @Override
        default List<Plan> inputs() {
            return List.of(input());
        }
    }

    /** A node over two inputs that come side by side. */
    sealed interface TwoInputs extends Plan {
        Plan left();

        Plan right();

        @Override
        default List<Plan> inputs() {
            return List.of(left(), right());
        }
    }

    /**
     * Reads a table. The schema's columns are those of the request, in order; computed columns are in a {@link Calc}
     * above.
     *
     * @param watermark an expression over this node's columns that gives each row's watermark, in microseconds
     */
    record Scan(
            TableDefinition table,
            ScanRequest request,
            Schema schema,
            ChangelogMode mode,
            Optional<WatermarkStrategy> watermark)
            implements Plan {
        @Override
        public List<Plan> inputs() {
            return List.of();
        }
    }

    /** Constant rows; each inner list has one Literal or Null a column. */
    record Values(Schema schema, List<List<Expression>> rows) implements Plan {
        @Override
        public List<Plan> inputs() {
            return List.of();
        }

        @Override
        public ChangelogMode mode() {
            return ChangelogMode.INSERT_ONLY;
        }
    }

    /** Filter and projection. */
    record Calc(Plan input, Optional<Expression> condition, List<Expression> projections, Schema schema)
            implements OneInput {
        public Calc {
            projections = List.copyOf(projections);
        }

        @Override
        public ChangelogMode mode() {
            return input.mode();
        }
    }

    /** All rows of all inputs, which have the same types. */
    record Union(List<Plan> inputs, Schema schema, ChangelogMode mode) implements Plan {
        public Union {
            inputs = List.copyOf(inputs);
        }
    }

    /**
     * GROUP BY without a window. Output: the keys, then the calls. {@code mode} RETRACT emits -U before +U, UPSERT emits
     * only +U and -D (for inputs of operators and sinks that know the key). Empty keys: one global group.
     *
     * @param timeToLive state of a key not touched for so long goes; zero: never
     */
    record Aggregate(
            Plan input,
            List<Integer> keys,
            List<AggregateCall> calls,
            Schema schema,
            ChangelogMode mode,
            Duration timeToLive)
            implements OneInput {
        public Aggregate {
            keys = List.copyOf(keys);
            calls = List.copyOf(calls);
        }
    }

    /**
     * Aggregates per key and window; emits each window once, when the watermark reaches its last millisecond. Output: the
     * keys, the calls, then the properties. With an {@link Window.Attached} window, the window columns are not among the
     * keys.
     *
     * @param timeColumn the row's time, in microseconds; -1 for processing time and for attached windows
     * @param allowedLateness a window is kept so much longer, and emitted again (mode RETRACT) when a row changes it
     */
    record WindowAggregate(
            Plan input,
            Window window,
            int timeColumn,
            List<Integer> keys,
            List<AggregateCall> calls,
            List<WindowProperty> properties,
            Schema schema,
            ChangelogMode mode,
            Duration allowedLateness)
            implements OneInput {
        public WindowAggregate {
            keys = List.copyOf(keys);
            calls = List.copyOf(calls);
            properties = List.copyOf(properties);
        }
    }

    /**
     * The table function of a window: the input's columns, then window_start, window_end, window_time; a row once for
     * each of its windows. Not for sessions. Late rows pass: who aggregates decides.
     */
    record WindowTable(Plan input, Window window, int timeColumn, Schema schema) implements OneInput {
        @Override
        public ChangelogMode mode() {
            return input.mode();
        }
    }

    /**
     * The rows that an aggregation by event time takes into none of its windows: a second output of the aggregation's node, in
     * the same worker. The schema is that of the aggregation's input.
     */
    record LateRows(WindowAggregate aggregate) implements Plan {
        @Override
        public List<Plan> inputs() {
            return List.of(aggregate);
        }

        @Override
        public Schema schema() {
            return aggregate.input().schema();
        }

        @Override
        public ChangelogMode mode() {
            return ChangelogMode.INSERT_ONLY;
        }
    }

    /**
     * The rows of the input that are late for none of several windows that lie the same for all keys. A row is late for one when
     * its time is null, or when the watermark before it has reached the last millisecond, plus the allowed lateness, of all such
     * windows that it lies in. The schema is the input's.
     */
    record OnTimeRows(Plan input, List<TimedWindow> windows) implements OneInput {
        public OnTimeRows {
            windows = List.copyOf(windows);
        }

        @Override
        public Schema schema() {
            return input.schema();
        }

        @Override
        public ChangelogMode mode() {
            return input.mode();
        }
    }

    /**
     * A join of two changelogs that keeps both. Output: left columns, then right columns.
     *
     * @param condition a further condition over left columns and then right columns
     * @param leftUnique left columns that identify a left row of the current table, empty if unknown
     * @param rightUnique the same of the right side, numbered within the right side
     */
    record Join(
            Plan left,
            Plan right,
            JoinKind kind,
            List<Integer> leftKeys,
            List<Integer> rightKeys,
            Optional<Expression> condition,
            List<Integer> leftUnique,
            List<Integer> rightUnique,
            Schema schema,
            ChangelogMode mode,
            Duration timeToLive)
            implements TwoInputs {
        public Join {
            leftKeys = List.copyOf(leftKeys);
            rightKeys = List.copyOf(rightKeys);
            leftUnique = List.copyOf(leftUnique);
            rightUnique = List.copyOf(rightUnique);
        }
    }

    /**
     * A join of two insert-only streams whose times differ by a bounded amount: {@code lower <= left time - right time
     * <= upper}, microseconds. State goes as the watermark passes.
     */
    record IntervalJoin(
            Plan left,
            Plan right,
            JoinKind kind,
            List<Integer> leftKeys,
            List<Integer> rightKeys,
            int leftTime,
            int rightTime,
            long lower,
            long upper,
            Optional<Expression> condition,
            Schema schema)
            implements TwoInputs {
        public IntervalJoin {
            leftKeys = List.copyOf(leftKeys);
            rightKeys = List.copyOf(rightKeys);
        }

        @Override
        public ChangelogMode mode() {
            return ChangelogMode.INSERT_ONLY;
        }
    }

    /** A join of rows of the same window; emits a window's rows when the watermark reaches its last millisecond. */
    record WindowJoin(
            Plan left,
            Plan right,
            JoinKind kind,
            List<Integer> leftKeys,
            List<Integer> rightKeys,
            int leftWindowEnd,
            int rightWindowEnd,
            Optional<Expression> condition,
            Schema schema)
            implements TwoInputs {
        public WindowJoin {
            leftKeys = List.copyOf(leftKeys);
            rightKeys = List.copyOf(rightKeys);
        }

        @Override
        public ChangelogMode mode() {
            return ChangelogMode.INSERT_ONLY;
        }
    }

    /**
     * Each left row with the rows that a table holds for its key now (processing time). INNER or LEFT. {@code table} is
     * read whole at the start. Output: left columns, then the lookup's columns.
     */
    record LookupJoin(
            Plan left,
            Plan table,
            JoinKind kind,
            List<Integer> leftKeys,
            List<Integer> tableKeys,
            Optional<Expression> condition,
            Schema schema)
            implements Plan {
        public LookupJoin {
            leftKeys = List.copyOf(leftKeys);
            tableKeys = List.copyOf(tableKeys);
        }

        @Override
        public List<Plan> inputs() {
            return List.of(left, table);
        }

        @Override
        public ChangelogMode mode() {
            return left.mode();
        }
    }

    /**
     * Each row of an insert-only stream with the version of a table that there was at the row's time. What the table's changes say
     * holds from their own times on: +I and +U that the row of the key is there, -D that it is not; -U says nothing, so
     * the changes may be RETRACT, UPSERT or all inserts. INNER or LEFT. Output: left columns, then right columns.
     *
     * @param rightKeys all columns of the table's key
     * @param condition over left columns and then right columns; it decides whether the version found is taken, not which
     * @param timeToLive a version that no row has come to for so long goes; zero: never
     */
    record TemporalJoin(
            Plan left,
            Plan right,
            JoinKind kind,
            List<Integer> leftKeys,
            List<Integer> rightKeys,
            int leftTime,
            int rightTime,
            Optional<Expression> condition,
            Schema schema,
            Duration timeToLive)
            implements TwoInputs {
        public TemporalJoin {
            leftKeys = List.copyOf(leftKeys);
            rightKeys = List.copyOf(rightKeys);
        }

        @Override
        public ChangelogMode mode() {
            return ChangelogMode.INSERT_ONLY;
        }
    }

    /**
     * Top-N: of each partition the rows from place {@code from} to {@code to} (both from 1), by the orderings, ties by
     * arrival. Output: the input's columns and, if {@code emitRank}, the place (BIGINT).
     *
     * @param inputUnique input columns that identify a row of the current table; needed where the input is a changelog
     */
    record Rank(
            Plan input,
            List<Integer> partition,
            List<Ordering> orderings,
            long from,
            long to,
            boolean emitRank,
            List<Integer> inputUnique,
            Schema schema,
            ChangelogMode mode,
            Duration timeToLive)
            implements OneInput {
        public Rank {
            partition = List.copyOf(partition);
            orderings = List.copyOf(orderings);
            inputUnique = List.copyOf(inputUnique);
        }
    }

    /** Top-N of each window and partition, emitted when the watermark reaches the window's last millisecond. */
    record WindowRank(
            Plan input,
            int windowEnd,
            List<Integer> partition,
            List<Ordering> orderings,
            long from,
            long to,
            boolean emitRank,
            Schema schema)
            implements OneInput {
        public WindowRank {
            partition = List.copyOf(partition);
            orderings = List.copyOf(orderings);
        }

        @Override
        public ChangelogMode mode() {
            return ChangelogMode.INSERT_ONLY;
        }
    }

    /**
     * One row a key of an insert-only input. Keep-first by arrival ({@code timeColumn} -1) emits a key's first row and is
     * insert-only; keep-first by time replaces a row by an earlier one; keep-last replaces a row by one that is as late or
     * later (by time, or by arrival).
     */
    record Deduplicate(
            Plan input, List<Integer> keys, int timeColumn, boolean keepLast, ChangelogMode mode, Duration timeToLive)
            implements OneInput {
        public Deduplicate {
            keys = List.copyOf(keys);
        }

        @Override
        public Schema schema() {
            return input.schema();
        }
    }

    /**
     * OVER aggregates: the input's columns, then the calls, over the rows of the partition in order, from {@code
     * precedingRows} (or {@code precedingRange} microseconds) before the row, -1 for unbounded, to the row itself. Unless
     * {@code precedingRows} is set (ROWS UNBOUNDED: {@link Long#MAX_VALUE}), rows that tie with it belong to it.
     *
     * @param timeColumn the ordering column where that is the event time: rows wait for the watermark and output is
     *     insert-only; -1: any order, on a changelog, output RETRACT
     * @param timeToLive state that nothing has touched for so long goes, unless event time bounds it anyway; zero: never
     */
    record Over(
            Plan input,
            List<Integer> partition,
            List<Ordering> orderings,
            int timeColumn,
            long precedingRows,
            long precedingRange,
            List<AggregateCall> calls,
            List<Integer> inputUnique,
            Schema schema,
            ChangelogMode mode,
            Duration timeToLive)
            implements OneInput {
        public Over {
            partition = List.copyOf(partition);
            orderings = List.copyOf(orderings);
            calls = List.copyOf(calls);
            inputUnique = List.copyOf(inputUnique);
        }
    }

    /** Turns an UPSERT changelog (or one with repeated inserts of a key) into RETRACT by keeping the row of each key. */
    record Normalize(Plan input, List<Integer> keys, Duration timeToLive) implements OneInput {
        public Normalize {
            keys = List.copyOf(keys);
        }

        @Override
        public Schema schema() {
            return input.schema();
        }

        @Override
        public ChangelogMode mode() {
            return ChangelogMode.RETRACT;
        }
    }

    /**
     * Writes a table; a root.
     *
     * @param upsertKey columns by which the changes of a row find it; empty for an insert-only or retract sink without key
     */
    record SinkPlan(TableDefinition table, Plan input, List<Integer> upsertKey) implements OneInput {
        public SinkPlan {
            upsertKey = List.copyOf(upsertKey);
        }

        @Override
        public Schema schema() {
            return input.schema();
        }

        @Override
        public ChangelogMode mode() {
            return input.mode();
        }
    }
}
