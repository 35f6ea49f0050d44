package dev.headrace.core.graph;

import dev.headrace.api.type.DataType;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.plan.JoinKind;
import dev.headrace.core.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * By which columns rows meet. A node's required partitioning of an input is a list of that input's columns whose hash
 * decides the worker (the empty list: all rows in one worker), or nothing where any worker will do. What a node's output
 * has is derived likewise, so that an exchange is left out where rows already are where they must be. Lists match only as
 * a whole and in order: key groups are made of that very hash.
 */
final class Partitioning {
    private Partitioning() {}

    /** What the node requires of its input number {@code input}. */
    static Optional<List<Integer>> required(Plan plan, int input) {
        return switch (plan) {
            case Plan.Aggregate p -> Optional.of(p.keys());
            case Plan.WindowAggregate p -> Optional.of(p.keys());
            case Plan.Join p -> Optional.of(input == 0 ? p.leftKeys() : p.rightKeys());
            case Plan.IntervalJoin p -> Optional.of(input == 0 ? p.leftKeys() : p.rightKeys());
            case Plan.TemporalJoin p -> Optional.of(input == 0 ? p.leftKeys() : p.rightKeys());
            case Plan.WindowJoin p -> Optional.of(input == 0 ? p.leftKeys() : p.rightKeys());
            case Plan.Rank p -> Optional.of(p.partition());
            case Plan.WindowRank p -> Optional.of(p.partition());
            case Plan.Deduplicate p -> Optional.of(p.keys());
            case Plan.Over p -> Optional.of(p.partition());
            case Plan.Normalize p -> Optional.of(p.keys());
            case Plan.SinkPlan p -> p.upsertKey().isEmpty() ? Optional.empty() : Optional.of(p.upsertKey());
            case Plan.Scan _, Plan.Values _, Plan.Calc _, Plan.Union _, Plan.WindowTable _ -> Optional.empty();
            case Plan.LateRows _, Plan.OnTimeRows _, Plan.LookupJoin _ -> Optional.empty();
        };
    }

    /** What the node's output has, given what its inputs have after their exchanges. */
    static Optional<List<Integer>> provided(Plan plan, List<Optional<List<Integer>>> inputs) {
        return switch (plan) {
            case Plan.Scan _, Plan.Values _, Plan.SinkPlan _ -> Optional.empty();
            case Plan.LateRows p -> Optional.of(p.aggregate().keys());
            case Plan.Calc p -> inputs.getFirst().flatMap(columns -> through(p, columns));
            case Plan.Union _ ->
                inputs.stream().allMatch(i -> i.equals(inputs.getFirst())) ? inputs.getFirst() : Optional.empty();
            case Plan.Aggregate p -> Optional.of(firstColumns(p.keys().size()));
            case Plan.WindowAggregate p -> Optional.of(firstColumns(p.keys().size()));
            case Plan.Join p -> joined(p.kind(), p.leftKeys());
            case Plan.IntervalJoin p -> joined(p.kind(), p.leftKeys());
            case Plan.TemporalJoin p -> joined(p.kind(), p.leftKeys());
            case Plan.WindowJoin p -> joined(p.kind(), p.leftKeys());
            case Plan.WindowTable _,
                    Plan.OnTimeRows _,
                    Plan.LookupJoin _,
                    Plan.Rank _,
                    Plan.WindowRank _,
                    Plan.Deduplicate _,
                    Plan.Over _,
                    Plan.Normalize _ -> inputs.getFirst();
        };
    }

    private static Optional<List<Integer>> through(Plan.Calc calc, List<Integer> columns) {
        List<Integer> mapped = new ArrayList<>();
        for (int column : columns) {
            int place = -1;
            for (int i = 0; i < calc.projections().size() && place < 0; i++) {
                if (calc.projections().get(i) instanceof Expression.Input(int index, DataType _) && index == column) {
                    place = i;
                }
            }
            if (place < 0) {
                return Optional.empty();
            }
            mapped.add(place);
        }
        return Optional.of(mapped);
    }

    private static Optional<List<Integer>> joined(JoinKind kind, List<Integer> leftKeys) {
        // In rows without a left side the left key is null, yet they lie by the right key.
        return switch (kind) {
            case RIGHT, FULL -> Optional.empty();
            default -> Optional.of(leftKeys);
        };
    }

    private static List<Integer> firstColumns(int count) {
        return IntStream.range(0, count).boxed().toList();
    }
}
