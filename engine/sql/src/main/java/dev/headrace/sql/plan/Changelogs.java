package dev.headrace.sql.plan;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.error.UserError;
import dev.headrace.core.plan.JoinKind;
import dev.headrace.core.plan.Plan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which changes pass between nodes. Every node that changes rows is planned as RETRACT; here its -U are taken away where
 * the consumer finds the old row by itself: a sink by its primary key, a node that keeps the rows of its input by their
 * unique key.
 */
final class Changelogs {
    private Changelogs() {}

    /** What the job writes to, as far as changes matter. */
    record Target(String table, List<Integer> primaryKey, ChangelogMode accepts) {}

    /** The input of a sink. */
    static Plan forSink(Target target, Relation query, Duration timeToLive) {
        Plan input = query.plan();
        if (input.mode() == ChangelogMode.INSERT_ONLY) {
            return input;
        }
        return switch (target.accepts()) {
            case INSERT_ONLY ->
                throw UserError.request("the query " + kind(input) + ", but table '" + target.table()
                        + "' can only be added to; write it in a format that carries changes ('debezium-json'), or to a"
                        + " table with a PRIMARY KEY whose connector takes changes ('upsert-kafka'), or aggregate over"
                        + " windows");
            case RETRACT -> input;
            case UPSERT -> {
                Set<Integer> key = new HashSet<>(target.primaryKey());
                if (key.isEmpty()) {
                    yield withoutUpdateBefore(input).orElse(input);
                }
                if (key.equals(new HashSet<>(query.unique()))) {
                    yield withoutUpdateBefore(input).orElse(input);
                }
                yield firstOfKey(target, query, timeToLive);
            }
        };
    }

    /** What the query does to rows that it has written. */
    static String kind(Plan plan) {
        return switch (plan) {
            case Plan.Calc p -> kind(p.input());
            case Plan.Aggregate _ -> "updates the results of a GROUP BY as rows come in";
            case Plan.Rank _ -> "updates the first rows (ROW_NUMBER, LIMIT) as rows come in";
            case Plan.Deduplicate _ -> "replaces the row that it keeps of a key";
            case Plan.WindowAggregate _ -> "updates windows within their 'allowed-lateness'";
            case Plan.Join p
            when p.kind() != JoinKind.INNER && p.kind() != JoinKind.SEMI ->
                "takes back rows of an outer join when the other side's row arrives";
            default -> "updates and deletes rows that it has written";
        };
    }

    /**
     * One row for each value of a key by which the query's changes are not in order: rows of the same key come from
     * several places, and what one of them takes back must not hide what another has written.
     */
    private static Plan firstOfKey(Target target, Relation query, Duration timeToLive) {
        return new Plan.Rank(
                query.plan(),
                target.primaryKey(),
                List.of(),
                1,
                1,
                false,
                query.unique(),
                query.plan().schema(),
                ChangelogMode.UPSERT,
                timeToLive);
    }

    /** The input of a node that keeps rows by partition and unique key. */
    static Plan forKeyed(Relation input, List<Integer> partition) {
        boolean keyed = !input.unique().isEmpty() && input.unique().containsAll(partition);
        return keyed && input.plan().mode() == ChangelogMode.RETRACT
                ? withoutUpdateBefore(input.plan()).orElse(input.plan())
                : input.plan();
    }

    /** The plan emitting UPSERT, if it can. */
    private static Optional<Plan> withoutUpdateBefore(Plan plan) {
        return switch (plan) {
            // A filter between would hide that a row no longer passes it.
            case Plan.Calc p
            when p.condition().isEmpty() ->
                withoutUpdateBefore(p.input())
                        .map(input -> new Plan.Calc(input, p.condition(), p.projections(), p.schema()));
            case Plan.Aggregate p ->
                Optional.of(new Plan.Aggregate(
                        p.input(), p.keys(), p.calls(), p.schema(), ChangelogMode.UPSERT, p.timeToLive()));
            case Plan.WindowAggregate p ->
                Optional.of(new Plan.WindowAggregate(
                        p.input(),
                        p.window(),
                        p.timeColumn(),
                        p.keys(),
                        p.calls(),
                        p.properties(),
                        p.schema(),
                        ChangelogMode.UPSERT,
                        p.allowedLateness()));
            case Plan.Deduplicate p ->
                Optional.of(new Plan.Deduplicate(
                        p.input(), p.keys(), p.timeColumn(), p.keepLast(), ChangelogMode.UPSERT, p.timeToLive()));
            case Plan.Rank p ->
                Optional.of(new Plan.Rank(
                        p.input(),
                        p.partition(),
                        p.orderings(),
                        p.from(),
                        p.to(),
                        p.emitRank(),
                        p.inputUnique(),
                        p.schema(),
                        ChangelogMode.UPSERT,
                        p.timeToLive()));
            case Plan.Normalize p when p.input().mode() == ChangelogMode.UPSERT -> Optional.of(p.input());
            default -> Optional.empty();
        };
    }

    /** The node emitting RETRACT instead of UPSERT, if that is up to itself. */
    static Plan withUpdateBefore(Plan plan) {
        return switch (plan) {
            case Plan.Aggregate p ->
                new Plan.Aggregate(p.input(), p.keys(), p.calls(), p.schema(), ChangelogMode.RETRACT, p.timeToLive());
            case Plan.WindowAggregate p ->
                new Plan.WindowAggregate(
                        p.input(),
                        p.window(),
                        p.timeColumn(),
                        p.keys(),
                        p.calls(),
                        p.properties(),
                        p.schema(),
                        ChangelogMode.RETRACT,
                        p.allowedLateness());
            case Plan.Deduplicate p ->
                new Plan.Deduplicate(
                        p.input(), p.keys(), p.timeColumn(), p.keepLast(), ChangelogMode.RETRACT, p.timeToLive());
            case Plan.Rank p ->
                new Plan.Rank(
                        p.input(),
                        p.partition(),
                        p.orderings(),
                        p.from(),
                        p.to(),
                        p.emitRank(),
                        p.inputUnique(),
                        p.schema(),
                        ChangelogMode.RETRACT,
                        p.timeToLive());
            default -> plan;
        };
    }

    /** The columns of both, once each. */
    static List<Integer> union(List<Integer> columns, List<Integer> more) {
        Set<Integer> all = new LinkedHashSet<>(columns);
        all.addAll(more);
        return List.copyOf(all);
    }

    /** Places of columns by name. */
    static List<Integer> places(List<String> names, List<String> columns) {
        List<Integer> places = new ArrayList<>();
        names.forEach(name -> places.add(columns.indexOf(name)));
        return places;
    }
}
