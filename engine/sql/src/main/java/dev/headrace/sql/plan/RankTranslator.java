package dev.headrace.sql.plan;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.plan.Ordering;
import dev.headrace.core.plan.Plan;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.sql.SqlKind;

/** ROW_NUMBER with a bound: Top-N, deduplication; and LIMIT. */
final class RankTranslator {
    private final Duration timeToLive;
    private final RexTranslator expressions;

    RankTranslator(Duration timeToLive, SessionZone zone) {
        expressions = new RexTranslator(zone);
        this.timeToLive = timeToLive;
    }

    /** The bounds that conditions set to a row number, and the other conditions. */
    private record Bounds(long from, long to, List<RexNode> rest) {}

    /** A filter over a projection with a row number, if it bounds that from above. */
    Optional<Relation> translate(Project project, Relation input, List<RexNode> conditions) {
        List<RexNode> projects = project.getProjects();
        int place = -1;
        for (int i = 0; i < projects.size(); i++) {
            if (projects.get(i) instanceof RexOver over) {
                if (place >= 0 || over.getAggOperator().getKind() != SqlKind.ROW_NUMBER) {
                    return Optional.empty();
                }
                place = i;
            }
        }
        if (place < 0) {
            return Optional.empty();
        }
        Bounds bounds = bounds(conditions, place);
        if (bounds.to() == Long.MAX_VALUE) {
            return Optional.empty();
        }
        RexOver over = (RexOver) projects.get(place);
        Prepared prepared = prepare(project, input, over, place);
        Relation ranked = rank(prepared, bounds, project.getRowType().getFieldNames());
        if (bounds.rest().isEmpty()) {
            return Optional.of(ranked);
        }
        return Optional.of(
                ranked.with(Calcs.filter(ranked.plan(), Expressions.and(expressions.translateAll(bounds.rest())))));
    }

    private static Bounds bounds(List<RexNode> conditions, int place) {
        long from = 1;
        long to = Long.MAX_VALUE;
        List<RexNode> rest = new ArrayList<>();
        for (RexNode condition : conditions) {
            Optional<long[]> bound = bound(condition, place);
            if (bound.isEmpty()) {
                rest.add(condition);
            } else {
                from = Math.max(from, bound.get()[0]);
                to = Math.min(to, bound.get()[1]);
            }
        }
        return new Bounds(from, to, rest);
    }

    private static Optional<long[]> bound(RexNode condition, int place) {
        if (!(condition instanceof RexCall call) || call.getOperands().size() != 2) {
            return Optional.empty();
        }
        SqlKind kind = call.getKind();
        RexNode a = call.getOperands().get(0);
        RexNode b = call.getOperands().get(1);
        if (b instanceof RexInputRef) {
            RexNode swap = a;
            a = b;
            b = swap;
            kind = kind.reverse();
        }
        if (!(a instanceof RexInputRef ref) || ref.getIndex() != place || !(b instanceof RexLiteral literal)) {
            return Optional.empty();
        }
        BigDecimal value = literal.getValueAs(BigDecimal.class);
        if (value == null) {
            return Optional.empty();
        }
        long number = value.longValue();
        return switch (kind) {
            case LESS_THAN_OR_EQUAL -> Optional.of(new long[] {1, number});
            case LESS_THAN -> Optional.of(new long[] {1, number - 1});
            case EQUALS -> Optional.of(new long[] {number, number});
            case GREATER_THAN_OR_EQUAL -> Optional.of(new long[] {number, Long.MAX_VALUE});
            case GREATER_THAN -> Optional.of(new long[] {number + 1, Long.MAX_VALUE});
            default -> Optional.empty();
        };
    }

    /** The projection without the row number, with its partition and orders as columns. */
    private record Prepared(
            Relation relation, List<Integer> partition, List<Ordering> orderings, List<Integer> outputs) {}

    private Prepared prepare(Project project, Relation input, RexOver over, int place) {
        List<Expression> projections = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<Integer> outputs = new ArrayList<>();
        for (int i = 0; i < project.getProjects().size(); i++) {
            if (i == place) {
                outputs.add(-1);
            } else {
                outputs.add(projections.size());
                projections.add(expressions.translate(project.getProjects().get(i)));
                names.add(project.getRowType().getFieldNames().get(i));
            }
        }
        Columns columns = new Columns(input, projections, names);
        List<Integer> partition = over.getWindow().partitionKeys.stream()
                .map(k -> columns.place(expressions.translate(k)))
                .distinct()
                .toList();
        List<Ordering> orderings = over.getWindow().orderKeys.stream()
                .map(o ->
                        ordering(columns.place(expressions.translate(o.left)), o.getDirection(), o.getNullDirection()))
                .toList();
        return new Prepared(columns.relation(), partition, orderings, outputs);
    }

    /** Nulls are the smallest values where the query does not say otherwise. */
    static Ordering ordering(int column, RelFieldCollation.Direction direction, RelFieldCollation.NullDirection nulls) {
        boolean descending = direction.isDescending();
        if (descending && nulls == RelFieldCollation.NullDirection.FIRST) {
            throw Unsupported.because(
                    "ORDER BY .. DESC NULLS FIRST is not supported; leave out NULLS FIRST, or order by"
                            + " another expression",
                    "ORDER_BY",
                    "OVER");
        }
        return new Ordering(column, descending, !descending && nulls == RelFieldCollation.NullDirection.LAST);
    }

    private Relation rank(Prepared prepared, Bounds bounds, List<String> names) {
        Relation input = prepared.relation();
        int columns = input.plan().schema().size();
        boolean deduplicates = isDeduplication(prepared, bounds);
        Relation ranked = deduplicates
                ? deduplicate(prepared)
                : windowRank(prepared, bounds).orElseGet(() -> changingRank(prepared, bounds));
        List<Expression> projections = new ArrayList<>();
        for (int output : prepared.outputs()) {
            if (output >= 0) {
                projections.add(
                        new Expression.Input(output, ranked.plan().schema().type(output)));
            } else if (deduplicates) {
                projections.add(new Expression.Literal(1L, DataType.BIGINT.notNull()));
            } else {
                projections.add(new Expression.Input(columns, DataType.BIGINT.notNull()));
            }
        }
        return RelTranslator.projected(ranked, projections, names);
    }

    private static Schema withRank(Schema schema) {
        List<Field> fields = new ArrayList<>(schema.fields());
        fields.add(new Field("$rank", DataType.BIGINT.notNull()));
        return new Schema(fields);
    }

    /** Rows whose window is among the keys of their partition. */
    private static Optional<Relation> windowRank(Prepared prepared, Bounds bounds) {
        Relation input = prepared.relation();
        return input.windowed()
                .filter(w ->
                        prepared.partition().contains(w.end()) && input.plan().mode() == ChangelogMode.INSERT_ONLY)
                .map(w -> {
                    List<Integer> partition = new ArrayList<>(prepared.partition());
                    partition.remove((Integer) w.end());
                    // Without another key it still spreads the windows over the workers.
                    if (partition.size() > 1 && WindowTranslator.endDecidesStart(w.window())) {
                        partition.remove((Integer) w.start());
                    }
                    Plan plan = new Plan.WindowRank(
                            input.plan(),
                            w.end(),
                            partition,
                            prepared.orderings(),
                            bounds.from(),
                            bounds.to(),
                            true,
                            withRank(input.plan().schema()));
                    return input.with(plan).withUniques(List.of());
                });
    }

    private Relation changingRank(Prepared prepared, Bounds bounds) {
        Relation input = prepared.relation();
        List<Integer> partition = prepared.partition();
        Plan plan = new Plan.Rank(
                Changelogs.forKeyed(input, partition),
                partition,
                prepared.orderings(),
                bounds.from(),
                bounds.to(),
                true,
                input.unique(),
                withRank(input.plan().schema()),
                ChangelogMode.RETRACT,
                timeToLive);
        if (bounds.from() == bounds.to() && !partition.isEmpty()) {
            return Relation.of(plan).withUnique(partition);
        }
        return Relation.of(plan)
                .withUniques(List.of(
                        Changelogs.union(
                                partition, List.of(input.plan().schema().size())),
                        input.unique().isEmpty() ? List.of() : Changelogs.union(input.unique(), partition)));
    }

    private static boolean isDeduplication(Prepared prepared, Bounds bounds) {
        Relation input = prepared.relation();
        if (bounds.from() != 1
                || bounds.to() != 1
                || prepared.orderings().size() != 1
                || input.plan().mode() != ChangelogMode.INSERT_ONLY
                || input.windowed()
                        .filter(w -> prepared.partition().contains(w.end()))
                        .isPresent()) {
            return false;
        }
        int order = prepared.orderings().getFirst().column();
        return input.rowtime().contains(order) || input.proctime().contains(order);
    }

    private Relation deduplicate(Prepared prepared) {
        Relation input = prepared.relation();
        Ordering order = prepared.orderings().getFirst();
        boolean byArrival = input.proctime().contains(order.column());
        boolean insertOnly = byArrival && !order.descending();
        Plan plan = new Plan.Deduplicate(
                input.plan(),
                prepared.partition(),
                byArrival ? -1 : order.column(),
                order.descending(),
                insertOnly ? ChangelogMode.INSERT_ONLY : ChangelogMode.RETRACT,
                timeToLive);
        Relation deduplicated = insertOnly ? input.with(plan).withWindow(Optional.empty()) : Relation.of(plan);
        return deduplicated.withUnique(prepared.partition());
    }

    /** ORDER BY .. LIMIT: the first rows of all. */
    Relation limit(Sort sort, Relation input) {
        long offset = sort.offset == null ? 0 : RexLiteral.intValue(sort.offset);
        if (sort.fetch == null) {
            throw Unsupported.because("OFFSET needs a LIMIT", "ORDER_BY", "OVER");
        }
        List<Ordering> orderings = sort.getCollation().getFieldCollations().stream()
                .map(c -> ordering(c.getFieldIndex(), c.getDirection(), c.nullDirection))
                .toList();
        Plan plan = new Plan.Rank(
                Changelogs.forKeyed(input, List.of()),
                List.of(),
                orderings,
                offset + 1,
                offset + RexLiteral.intValue(sort.fetch),
                false,
                input.unique(),
                input.plan().schema(),
                ChangelogMode.RETRACT,
                timeToLive);
        return Relation.of(plan).withUniques(input.uniques());
    }
}
