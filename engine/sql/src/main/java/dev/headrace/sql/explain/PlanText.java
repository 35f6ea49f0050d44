package dev.headrace.sql.explain;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.plan.AggregateCall;
import dev.headrace.core.plan.Ordering;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.plan.WatermarkStrategy;
import dev.headrace.core.plan.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Plans as indented text: a node a line, with what it does and, in brackets, the changes that it emits: I (insert), UB
 * (row before an update), UA (row after it), D (delete). A node that several others read is shown whole the first time,
 * with a number, and by its number from then on.
 */
public final class PlanText {
    private final StringBuilder text = new StringBuilder();
    private final Map<Plan, Integer> uses = new HashMap<>();
    private final Map<Plan, Integer> shown = new HashMap<>();

    private PlanText() {}

    public static String of(List<Plan.SinkPlan> sinks) {
        PlanText plan = new PlanText();
        sinks.forEach(plan::count);
        sinks.forEach(s -> plan.write(s, 0));
        return plan.text.toString();
    }

    private void count(Plan plan) {
        if (uses.merge(plan, 1, Integer::sum) == 1) {
            plan.inputs().forEach(this::count);
        }
    }

    private void write(Plan plan, int depth) {
        text.append("  ".repeat(depth));
        if (shown.containsKey(plan)) {
            text.append("see #").append(shown.get(plan)).append('\n');
            return;
        }
        if (uses.get(plan) > 1) {
            shown.put(plan, shown.size() + 1);
            text.append('#').append(shown.size()).append(' ');
        }
        text.append(describe(plan)).append(" [").append(changes(plan.mode())).append("]\n");
        plan.inputs().forEach(i -> write(i, depth + 1));
    }

    private static String changes(ChangelogMode mode) {
        return switch (mode) {
            case INSERT_ONLY -> "I";
            case RETRACT -> "I,UB,UA,D";
            case UPSERT -> "I,UA,D";
        };
    }

    private static String describe(Plan plan) {
        return switch (plan) {
            case Plan.Scan p ->
                "Scan " + p.table().name() + ": " + names(p.schema())
                        + p.watermark().map(w -> watermark(w, p.schema())).orElse("");
            case Plan.Values p ->
                "Values: " + names(p.schema()) + "; rows " + p.rows().size();
            case Plan.Calc p -> calc(p);
            case Plan.Union p -> "Union: " + names(p.schema());
            case Plan.Aggregate p ->
                "Aggregate" + keys(" by ", p.keys(), p.input())
                        + calls(p.calls(), p.keys().size(), p.input(), p) + kept(p.timeToLive());
            case Plan.WindowAggregate p -> windowAggregate(p);
            case Plan.WindowTable p -> "WindowTable " + window(p.window(), p.timeColumn(), p.input());
            case Plan.LateRows p -> "LateRows: " + names(p.schema());
            case Plan.OnTimeRows p ->
                "OnTimeRows for "
                        + p.windows().stream()
                                .map(w -> window(w.window(), w.timeColumn(), p.input()))
                                .collect(Collectors.joining(", "));
            case Plan.Join p ->
                "Join " + p.kind() + keys(p.left(), p.right(), p.leftKeys(), p.rightKeys())
                        + condition(p.condition(), p.left(), p.right())
                        + keys("; left unique by ", p.leftUnique(), p.left())
                        + keys("; right unique by ", p.rightUnique(), p.right()) + kept(p.timeToLive());
            case Plan.IntervalJoin p ->
                "IntervalJoin " + p.kind() + keys(p.left(), p.right(), p.leftKeys(), p.rightKeys())
                        + condition(p.condition(), p.left(), p.right()) + "; "
                        + text(p.left()).column(p.leftTime()) + " from "
                        + text(p.right()).column(p.rightTime()) + offset(p.lower()) + " to"
                        + offset(p.upper());
            case Plan.WindowJoin p ->
                "WindowJoin " + p.kind() + keys(p.left(), p.right(), p.leftKeys(), p.rightKeys())
                        + condition(p.condition(), p.left(), p.right()) + "; windows by "
                        + text(p.left()).column(p.leftWindowEnd()) + " = "
                        + text(p.right()).column(p.rightWindowEnd());
            case Plan.TemporalJoin p ->
                "TemporalJoin " + p.kind() + keys(p.left(), p.right(), p.leftKeys(), p.rightKeys())
                        + condition(p.condition(), p.left(), p.right()) + "; as of "
                        + text(p.left()).column(p.leftTime()) + " by "
                        + text(p.right()).column(p.rightTime()) + kept(p.timeToLive());
            case Plan.LookupJoin p ->
                "LookupJoin " + p.kind() + keys(p.left(), p.table(), p.leftKeys(), p.tableKeys())
                        + condition(p.condition(), p.left(), p.table());
            case Plan.Rank p ->
                "Rank" + places(p.from(), p.to()) + keys(" by ", p.partition(), p.input())
                        + orderings(p.orderings(), p.input())
                        + (p.emitRank() ? "; with the place" : "")
                        + keys("; input unique by ", p.inputUnique(), p.input()) + kept(p.timeToLive());
            case Plan.WindowRank p ->
                "WindowRank" + places(p.from(), p.to()) + " of windows by "
                        + text(p.input()).column(p.windowEnd()) + keys(", ", p.partition(), p.input())
                        + orderings(p.orderings(), p.input())
                        + (p.emitRank() ? "; with the place" : "");
            case Plan.Deduplicate p ->
                "Deduplicate" + keys(" by ", p.keys(), p.input()) + "; keeps the " + (p.keepLast() ? "last" : "first")
                        + (p.timeColumn() < 0
                                ? " that arrives"
                                : " by " + text(p.input()).column(p.timeColumn()))
                        + kept(p.timeToLive());
            case Plan.Over p ->
                "Over" + keys(" by ", p.partition(), p.input()) + orderings(p.orderings(), p.input())
                        + frame(p)
                        + (p.timeColumn() < 0 ? "" : "; waits for the watermark")
                        + calls(p.calls(), p.input().schema().size(), p.input(), p)
                        + keys("; input unique by ", p.inputUnique(), p.input()) + kept(p.timeToLive());
            case Plan.Normalize p -> "Normalize" + keys(" by ", p.keys(), p.input()) + kept(p.timeToLive());
            case Plan.SinkPlan p ->
                "Sink " + p.table().name() + ": " + names(p.schema()) + keys("; by ", p.upsertKey(), p.input());
        };
    }

    private static ExpressionText text(Plan plan) {
        return new ExpressionText(plan.schema());
    }

    private static String names(Schema schema) {
        return schema.fields().stream().map(Field::name).collect(Collectors.joining(", "));
    }

    private static String watermark(WatermarkStrategy watermark, Schema schema) {
        return "; watermark " + new ExpressionText(schema).of(watermark.expression())
                + (watermark.idleTimeout().isZero()
                        ? ""
                        : "; idle after " + ExpressionText.duration(watermark.idleTimeout()))
                + (watermark.maxDrift().isZero()
                        ? ""
                        : "; aligned within " + ExpressionText.duration(watermark.maxDrift()));
    }

    private static String calc(Plan.Calc calc) {
        ExpressionText input = text(calc.input());
        List<String> columns = new ArrayList<>();
        for (int i = 0; i < calc.projections().size(); i++) {
            Expression projection = calc.projections().get(i);
            String name = calc.schema().name(i);
            String value = input.of(projection);
            boolean plain = projection instanceof Expression.Input
                    && (value.equals(name) || value.endsWith("." + name) || value.startsWith(name + "$"));
            columns.add(plain ? value : value + " AS " + name);
        }
        return "Calc: " + String.join(", ", columns)
                + calc.condition().map(c -> "; where " + input.of(c)).orElse("");
    }

    private static String windowAggregate(Plan.WindowAggregate aggregate) {
        String properties = aggregate.properties().stream()
                .map(p -> "window " + p.name().toLowerCase(java.util.Locale.ROOT))
                .collect(Collectors.joining(", "));
        return "WindowAggregate " + window(aggregate.window(), aggregate.timeColumn(), aggregate.input())
                + keys(" by ", aggregate.keys(), aggregate.input())
                + calls(aggregate.calls(), aggregate.keys().size(), aggregate.input(), aggregate) + "; "
                + properties
                + (aggregate.allowedLateness().isZero()
                        ? ""
                        : "; late by up to " + ExpressionText.duration(aggregate.allowedLateness()));
    }

    private static String window(Window window, int timeColumn, Plan input) {
        String time = timeColumn < 0 ? "processing time" : text(input).column(timeColumn);
        return switch (window) {
            case Window.Tumble(long size, long offset) ->
                "TUMBLE(" + time + ", " + ExpressionText.duration(size) + shifted(offset) + ")";
            case Window.Hop(long size, long slide, long offset) ->
                "HOP(" + time + ", size " + ExpressionText.duration(size) + ", slide " + ExpressionText.duration(slide)
                        + shifted(offset) + ")";
            case Window.Cumulate(long size, long step, long offset) ->
                "CUMULATE(" + time + ", size " + ExpressionText.duration(size) + ", step "
                        + ExpressionText.duration(step) + shifted(offset) + ")";
            case Window.Session(long gap) -> "SESSION(" + time + ", gap " + ExpressionText.duration(gap) + ")";
            case Window.Attached(int start, int end) ->
                "of windows from " + text(input).column(start) + " to "
                        + text(input).column(end);
        };
    }

    private static String shifted(long offset) {
        return offset == 0 ? "" : ", offset " + ExpressionText.duration(offset);
    }

    private static String keys(String before, List<Integer> keys, Plan input) {
        return keys.isEmpty() ? "" : before + text(input).columns(keys);
    }

    private static String keys(Plan left, Plan right, List<Integer> leftKeys, List<Integer> rightKeys) {
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < leftKeys.size(); i++) {
            pairs.add(text(left).column(leftKeys.get(i)) + " = " + text(right).column(rightKeys.get(i)));
        }
        return pairs.isEmpty() ? "" : " on " + String.join(", ", pairs);
    }

    private static String condition(Optional<Expression> condition, Plan left, Plan right) {
        List<Field> both = new ArrayList<>(left.schema().fields());
        both.addAll(right.schema().fields());
        return condition
                .map(c -> "; where " + new ExpressionText(new Schema(both)).of(c))
                .orElse("");
    }

    private static String offset(long micros) {
        return (micros < 0 ? " - " : " + ") + ExpressionText.duration(Math.abs(micros));
    }

    private static String places(long from, long to) {
        return from == to ? " place " + from : " places " + from + " to " + to;
    }

    private static String orderings(List<Ordering> orderings, Plan input) {
        return orderings.isEmpty()
                ? ""
                : "; order "
                        + orderings.stream()
                                .map(o -> text(input).column(o.column())
                                        + (o.descending() ? " desc" : "")
                                        + (o.nullsLast() ? " nulls last" : ""))
                                .collect(Collectors.joining(", "));
    }

    private static String frame(Plan.Over over) {
        if (over.precedingRows() >= 0 && over.precedingRows() < Long.MAX_VALUE) {
            return "; " + over.precedingRows() + " rows before";
        }
        return over.precedingRange() >= 0
                ? "; " + ExpressionText.duration(over.precedingRange()) + " before"
                : over.precedingRows() < 0 ? "; all before, with ties" : "; all before";
    }

    private static String calls(List<AggregateCall> calls, int first, Plan input, Plan node) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            AggregateCall call = calls.get(i);
            String arguments = call.arguments().isEmpty()
                    ? call.function().equals("COUNT") ? "*" : ""
                    : text(input).columns(call.arguments());
            texts.add(call.function() + "(" + (call.distinct() ? "DISTINCT " : "") + arguments + ")"
                    + (call.filter().isPresent()
                            ? " FILTER " + text(input).column(call.filter().getAsInt())
                            : "")
                    + " AS " + node.schema().name(first + i));
        }
        return texts.isEmpty() ? "" : ": " + String.join(", ", texts);
    }

    private static String kept(Duration timeToLive) {
        return timeToLive.isZero() ? "" : "; state kept for " + ExpressionText.duration(timeToLive);
    }
}
