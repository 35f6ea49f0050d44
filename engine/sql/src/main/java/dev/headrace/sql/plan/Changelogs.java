package dev.headrace.sql.plan;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.error.UserError;
import dev.headrace.core.plan.Plan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** Which changes a sink gets: without -U where the sink finds rows by the key by which the query changes them. */
final class Changelogs {
    private Changelogs() {}

    /**
     * The input of a sink that accepts {@code accepts}.
     *
     * @param unique columns that identify a row of the query's result, empty if unknown
     * @param key the table's primary key
     */
    static Plan forSink(String table, Plan input, List<Integer> unique, List<Integer> key, ChangelogMode accepts) {
        if (input.mode() == ChangelogMode.INSERT_ONLY) {
            return input;
        }
        return switch (accepts) {
            case INSERT_ONLY ->
                throw UserError.request("the query changes rows that it has written, but table '" + table
                        + "' can only be added to; write it in a format that carries changes (debezium-json), or to a"
                        + " table with a PRIMARY KEY whose connector takes changes (upsert-kafka), or aggregate over"
                        + " windows");
            case RETRACT -> input;
            case UPSERT -> {
                boolean sameKey = key.isEmpty() || new HashSet<>(key).equals(new HashSet<>(unique));
                yield sameKey ? withoutUpdateBefore(input).orElse(input) : input;
            }
        };
    }

    /** The plan emitting UPSERT, if its last step can. */
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
            default -> Optional.empty();
        };
    }

    /** Places of columns by name. */
    static List<Integer> places(List<String> names, List<String> columns) {
        List<Integer> places = new ArrayList<>();
        names.forEach(name -> places.add(columns.indexOf(name)));
        return places;
    }
}
