package dev.headrace.sql.plan;

import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import dev.headrace.core.plan.Ordering;
import dev.headrace.core.plan.Plan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Prunes nodes that order the rows of partitions: Top-N, that of windows, and OVER. They need what they part and order by. */
final class RankPruner {
    private final Pruner pruner;

    RankPruner(Pruner pruner) {
        this.pruner = pruner;
    }

    Pruned rank(Plan.Rank p, Set<Integer> needed) {
        int inputColumns = p.input().schema().size();
        List<Integer> unique = Pruner.neededUnique(p.input(), p.inputUnique());
        boolean emitRank = p.emitRank() && needed.contains(inputColumns);
        Pruned input = pruner.prune(
                p.input(), ColumnSets.with(own(needed, inputColumns, p.partition(), p.orderings()), unique));
        List<Field> fields = new ArrayList<>(input.plan().schema().fields());
        int[] places = Arrays.copyOf(input.places(), p.schema().size());
        if (p.schema().size() > inputColumns) {
            places[inputColumns] = emitRank ? fields.size() : -1;
            if (emitRank) {
                fields.add(p.schema().fields().get(inputColumns));
            }
        }
        return new Pruned(
                new Plan.Rank(
                        input.plan(),
                        input.all(p.partition()),
                        input.orderings(p.orderings()),
                        p.from(),
                        p.to(),
                        emitRank,
                        input.all(unique),
                        new Schema(fields),
                        p.mode(),
                        p.timeToLive()),
                places);
    }

    Pruned windowRank(Plan.WindowRank p, Set<Integer> needed) {
        int inputColumns = p.input().schema().size();
        boolean emitRank = p.emitRank() && needed.contains(inputColumns);
        Pruned input = pruner.prune(
                p.input(),
                ColumnSets.with(own(needed, inputColumns, p.partition(), p.orderings()), List.of(p.windowEnd())));
        List<Field> fields = new ArrayList<>(input.plan().schema().fields());
        int[] places = Arrays.copyOf(input.places(), p.schema().size());
        if (p.schema().size() > inputColumns) {
            places[inputColumns] = emitRank ? fields.size() : -1;
            if (emitRank) {
                fields.add(p.schema().fields().get(inputColumns));
            }
        }
        return new Pruned(
                new Plan.WindowRank(
                        input.plan(),
                        input.at(p.windowEnd()),
                        input.all(p.partition()),
                        input.orderings(p.orderings()),
                        p.from(),
                        p.to(),
                        emitRank,
                        new Schema(fields)),
                places);
    }

    Pruned over(Plan.Over p, Set<Integer> needed) {
        int inputColumns = p.input().schema().size();
        List<Integer> unique = Pruner.neededUnique(p.input(), p.inputUnique());
        Set<Integer> own = ColumnSets.with(own(needed, inputColumns, p.partition(), p.orderings()), unique);
        own.addAll(ColumnSets.arguments(p.calls()));
        Pruned input = pruner.prune(p.input(), own);
        List<Field> fields = new ArrayList<>(input.plan().schema().fields());
        int[] places = Arrays.copyOf(input.places(), p.schema().size());
        for (int i = 0; i < p.calls().size(); i++) {
            places[inputColumns + i] = fields.size();
            fields.add(p.schema().fields().get(inputColumns + i));
        }
        return new Pruned(
                new Plan.Over(
                        input.plan(),
                        input.all(p.partition()),
                        input.orderings(p.orderings()),
                        p.timeColumn() < 0 ? -1 : input.at(p.timeColumn()),
                        p.precedingRows(),
                        p.precedingRange(),
                        input.calls(p.calls()),
                        input.all(unique),
                        new Schema(fields),
                        p.mode(),
                        p.timeToLive()),
                places);
    }

    private static Set<Integer> own(
            Set<Integer> needed, int inputColumns, List<Integer> partition, List<Ordering> orderings) {
        Set<Integer> own = ColumnSets.with(ColumnSets.below(needed, inputColumns), partition);
        orderings.forEach(o -> own.add(o.column()));
        return own;
    }
}
