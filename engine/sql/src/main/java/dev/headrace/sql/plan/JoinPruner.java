package dev.headrace.sql.plan;

import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.plan.Plan;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Prunes joins of all kinds: they need their keys and times, and what their conditions read. */
final class JoinPruner {
    private final Pruner pruner;

    JoinPruner(Pruner pruner) {
        this.pruner = pruner;
    }

    Pruned join(Plan.Join p, Set<Integer> needed) {
        List<Integer> leftUnique = Pruner.neededUnique(p.left(), p.leftUnique());
        List<Integer> rightUnique = Pruner.neededUnique(p.right(), p.rightUnique());
        Sides sides = sides(
                p.left(),
                p.right(),
                needed,
                own(p.leftKeys(), leftUnique),
                own(p.rightKeys(), rightUnique),
                p.condition(),
                p.schema());
        return new Pruned(
                new Plan.Join(
                        sides.left().plan(),
                        sides.right().plan(),
                        p.kind(),
                        sides.left().all(p.leftKeys()),
                        sides.right().all(p.rightKeys()),
                        sides.condition(),
                        sides.left().all(leftUnique),
                        sides.right().all(rightUnique),
                        sides.schema(),
                        p.mode(),
                        p.timeToLive()),
                sides.places());
    }

    Pruned intervalJoin(Plan.IntervalJoin p, Set<Integer> needed) {
        Sides sides = sides(
                p.left(),
                p.right(),
                needed,
                own(p.leftKeys(), List.of(p.leftTime())),
                own(p.rightKeys(), List.of(p.rightTime())),
                p.condition(),
                p.schema());
        return new Pruned(
                new Plan.IntervalJoin(
                        sides.left().plan(),
                        sides.right().plan(),
                        p.kind(),
                        sides.left().all(p.leftKeys()),
                        sides.right().all(p.rightKeys()),
                        sides.left().at(p.leftTime()),
                        sides.right().at(p.rightTime()),
                        p.lower(),
                        p.upper(),
                        sides.condition(),
                        sides.schema()),
                sides.places());
    }

    Pruned windowJoin(Plan.WindowJoin p, Set<Integer> needed) {
        Sides sides = sides(
                p.left(),
                p.right(),
                needed,
                own(p.leftKeys(), List.of(p.leftWindowEnd())),
                own(p.rightKeys(), List.of(p.rightWindowEnd())),
                p.condition(),
                p.schema());
        return new Pruned(
                new Plan.WindowJoin(
                        sides.left().plan(),
                        sides.right().plan(),
                        p.kind(),
                        sides.left().all(p.leftKeys()),
                        sides.right().all(p.rightKeys()),
                        sides.left().at(p.leftWindowEnd()),
                        sides.right().at(p.rightWindowEnd()),
                        sides.condition(),
                        sides.schema()),
                sides.places());
    }

    Pruned temporalJoin(Plan.TemporalJoin p, Set<Integer> needed) {
        Sides sides = sides(
                p.left(),
                p.right(),
                needed,
                own(p.leftKeys(), List.of(p.leftTime())),
                own(p.rightKeys(), List.of(p.rightTime())),
                p.condition(),
                p.schema());
        return new Pruned(
                new Plan.TemporalJoin(
                        sides.left().plan(),
                        sides.right().plan(),
                        p.kind(),
                        sides.left().all(p.leftKeys()),
                        sides.right().all(p.rightKeys()),
                        sides.left().at(p.leftTime()),
                        sides.right().at(p.rightTime()),
                        sides.condition(),
                        sides.schema(),
                        p.timeToLive()),
                sides.places());
    }

    Pruned lookupJoin(Plan.LookupJoin p, Set<Integer> needed) {
        Sides sides = sides(p.left(), p.table(), needed, p.leftKeys(), p.tableKeys(), p.condition(), p.schema());
        return new Pruned(
                new Plan.LookupJoin(
                        sides.left().plan(),
                        sides.right().plan(),
                        p.kind(),
                        sides.left().all(p.leftKeys()),
                        sides.right().all(p.tableKeys()),
                        sides.condition(),
                        sides.schema()),
                sides.places());
    }

    /** The two pruned sides of a join, and where the columns of its output have gone. */
    private record Sides(Pruned left, Pruned right, int[] places, Schema schema, Optional<Expression> condition) {}

    /** What a side is joined by. */
    private static Set<Integer> own(List<Integer> keys, List<Integer> others) {
        return ColumnSets.with(new TreeSet<>(keys), others);
    }

    private Sides sides(
            Plan left,
            Plan right,
            Set<Integer> needed,
            Collection<Integer> leftOwn,
            Collection<Integer> rightOwn,
            Optional<Expression> condition,
            Schema schema) {
        int leftColumns = left.schema().size();
        Set<Integer> all = condition
                .map(c -> ColumnSets.with(needed, Expressions.inputs(c)))
                .orElse(needed);
        Set<Integer> fromRight = new TreeSet<>();
        all.stream().filter(c -> c >= leftColumns).forEach(c -> fromRight.add(c - leftColumns));
        Pruned prunedLeft = pruner.prune(left, ColumnSets.with(ColumnSets.below(all, leftColumns), leftOwn));
        Pruned prunedRight = pruner.prune(right, ColumnSets.with(fromRight, rightOwn));
        int newLeftColumns = prunedLeft.plan().schema().size();
        int[] places = new int[leftColumns + right.schema().size()];
        Field[] fields = new Field[newLeftColumns + prunedRight.plan().schema().size()];
        for (int i = 0; i < places.length; i++) {
            int place = i < leftColumns ? prunedLeft.at(i) : prunedRight.at(i - leftColumns);
            places[i] = place < 0 || i < leftColumns ? place : place + newLeftColumns;
            if (places[i] >= 0 && i < schema.size()) {
                fields[places[i]] = schema.fields().get(i);
            }
        }
        List<Field> kept = new ArrayList<>();
        for (int i = 0; i < fields.length; i++) {
            if (fields[i] != null) {
                kept.add(fields[i]);
            }
        }
        Optional<Expression> moved =
                condition.map(c -> Expressions.replace(c, i -> new Expression.Input(places[i.index()], i.type())));
        return new Sides(prunedLeft, prunedRight, places, new Schema(kept), moved);
    }
}
