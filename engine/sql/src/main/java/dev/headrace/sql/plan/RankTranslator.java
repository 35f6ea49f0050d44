package dev.headrace.sql.plan;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.plan.AggregateCall;
import dev.headrace.core.plan.Ordering;
import dev.headrace.core.plan.Plan;
import dev.headrace.sql.catalog.TypeMapping;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexFieldCollation;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexWindowBound;
import org.apache.calcite.sql.SqlKind;

/** ROW_NUMBER with a bound (Top-N, deduplication), LIMIT, and aggregates over OVER windows. */
final class RankTranslator {
    private final Duration timeToLive;
    private final RexTranslator expressions = new RexTranslator();

    RankTranslator(Duration timeToLive) {
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
        boolean emitRank = true;
        Relation ranked = rank(prepared, bounds, emitRank, project.getRowType().getFieldNames(), place);
        if (bounds.rest().isEmpty()) {
            return Optional.of(ranked);
        }
        return Optional.of(new Relation(
                Calcs.filter(ranked.plan(), Expressions.and(expressions.translateAll(bounds.rest()))),
                ranked.rowtime(),
                ranked.proctime(),
                ranked.windowed(),
                ranked.unique()));
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
        List<Integer> partition = new ArrayList<>();
        for (RexNode key : over.getWindow().partitionKeys) {
            partition.add(column(expressions.translate(key), projections, names));
        }
        List<Ordering> orderings = new ArrayList<>();
        for (RexFieldCollation order : over.getWindow().orderKeys) {
            boolean descending = order.getDirection().isDescending();
            boolean nullsLast = order.getNullDirection() == RelFieldCollation.NullDirection.LAST;
            orderings.add(new Ordering(
                    column(expressions.translate(order.left), projections, names),
                    descending,
                    descending ? nullsLast : nullsLast));
        }
        return new Prepared(RelTranslator.projected(input, projections, names), partition, orderings, outputs);
    }

    private static int column(Expression expression, List<Expression> projections, List<String> names) {
        int place = projections.indexOf(expression);
        if (place < 0) {
            place = projections.size();
            projections.add(expression);
            names.add("$key" + place);
        }
        return place;
    }

    private Relation rank(Prepared prepared, Bounds bounds, boolean emitRank, List<String> names, int place) {
        Relation input = prepared.relation();
        int columns = input.plan().schema().size();
        Relation ranked;
        boolean withRank = false;
        if (isDeduplication(prepared, bounds)) {
            ranked = deduplicate(prepared);
        } else {
            withRank = emitRank;
            List<Field> fields = new ArrayList<>(input.plan().schema().fields());
            fields.add(new Field("$rank", DataType.BIGINT.notNull()));
            Schema schema = new Schema(fields);
            Optional<Relation.Windowed> window = input.windowed()
                    .filter(w -> prepared.partition().contains(w.end())
                            && input.plan().mode() == ChangelogMode.INSERT_ONLY);
            if (window.isPresent()) {
                List<Integer> partition = new ArrayList<>(prepared.partition());
                partition.remove((Integer) window.get().end());
                Plan plan = new Plan.WindowRank(
                        input.plan(),
                        window.get().end(),
                        partition,
                        prepared.orderings(),
                        bounds.from(),
                        bounds.to(),
                        true,
                        schema);
                ranked = new Relation(plan, input.rowtime(), Set.of(), input.windowed(), List.of());
            } else {
                List<Integer> unique = new ArrayList<>(prepared.partition());
                unique.add(columns);
                Plan plan = new Plan.Rank(
                        input.plan(),
                        prepared.partition(),
                        prepared.orderings(),
                        bounds.from(),
                        bounds.to(),
                        true,
                        input.unique(),
                        schema,
                        ChangelogMode.RETRACT,
                        timeToLive);
                ranked = new Relation(
                        plan,
                        Set.of(),
                        Set.of(),
                        Optional.empty(),
                        bounds.from() == 1 && bounds.to() == 1 ? prepared.partition() : unique);
            }
        }
        List<Expression> projections = new ArrayList<>();
        for (int output : prepared.outputs()) {
            if (output >= 0) {
                projections.add(
                        new Expression.Input(output, ranked.plan().schema().type(output)));
            } else if (withRank) {
                projections.add(new Expression.Input(columns, DataType.BIGINT.notNull()));
            } else {
                projections.add(new Expression.Literal(1L, DataType.BIGINT.notNull()));
            }
        }
        return RelTranslator.projected(ranked, projections, names);
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
        return new Relation(
                plan,
                insertOnly ? input.rowtime() : Set.of(),
                insertOnly ? input.proctime() : Set.of(),
                Optional.empty(),
                prepared.partition());
    }

    /** ORDER BY .. LIMIT: the first rows of all. */
    Relation limit(Sort sort, Relation input) {
        long offset = sort.offset == null ? 0 : RexLiteral.intValue(sort.offset);
        if (sort.fetch == null) {
            throw UserError.request("OFFSET needs a LIMIT");
        }
        List<Ordering> orderings = sort.getCollation().getFieldCollations().stream()
                .map(c -> new Ordering(
                        c.getFieldIndex(),
                        c.getDirection().isDescending(),
                        c.nullDirection == RelFieldCollation.NullDirection.LAST))
                .toList();
        Plan plan = new Plan.Rank(
                input.plan(),
                List.of(),
                orderings,
                offset + 1,
                offset + RexLiteral.intValue(sort.fetch),
                false,
                input.unique(),
                input.plan().schema(),
                ChangelogMode.RETRACT,
                timeToLive);
        return new Relation(plan, Set.of(), Set.of(), Optional.empty(), List.of());
    }

    /** Aggregates over OVER windows, all of one window. */
    Relation over(Project project, Relation input) {
        List<Expression> projections =
                new ArrayList<>(Expressions.identity(input.plan().schema().types()));
        List<String> names = new ArrayList<>(
                input.plan().schema().fields().stream().map(Field::name).toList());
        List<RexOver> overs = new ArrayList<>();
        project.getProjects().forEach(p -> {
            if (p instanceof RexOver over) {
                overs.add(over);
            }
        });
        if (overs.isEmpty()
                || overs.stream()
                        .anyMatch(o -> !o.getWindow().equals(overs.getFirst().getWindow()))) {
            throw UserError.request(
                    "the OVER clauses of one SELECT must be the same, and stand alone; select others in a"
                            + " query around it");
        }
        RexOver first = overs.getFirst();
        List<Integer> partition = first.getWindow().partitionKeys.stream()
                .map(k -> column(expressions.translate(k), projections, names))
                .toList();
        List<Ordering> orderings = first.getWindow().orderKeys.stream()
                .map(o -> new Ordering(
                        column(expressions.translate(o.left), projections, names),
                        o.getDirection().isDescending(),
                        o.getNullDirection() == RelFieldCollation.NullDirection.LAST))
                .toList();
        List<AggregateCall> calls = new ArrayList<>();
        for (RexOver over : overs) {
            List<Integer> arguments = over.getOperands().stream()
                    .map(o -> column(expressions.translate(o), projections, names))
                    .toList();
            calls.add(new AggregateCall(
                    over.getAggOperator().getName(),
                    arguments,
                    over.isDistinct(),
                    OptionalInt.empty(),
                    TypeMapping.fromCalcite(over.getType())));
        }
        Relation prepared = RelTranslator.projected(input, projections, names);
        boolean eventTime = !orderings.isEmpty()
                && prepared.rowtime().contains(orderings.getFirst().column())
                && prepared.plan().mode() == ChangelogMode.INSERT_ONLY;
        long[] preceding = preceding(first);
        List<Field> fields = new ArrayList<>(prepared.plan().schema().fields());
        IntStream.range(0, calls.size())
                .forEach(i -> fields.add(new Field("$over" + i, calls.get(i).type())));
        Plan plan = new Plan.Over(
                prepared.plan(),
                partition,
                orderings,
                eventTime ? orderings.getFirst().column() : -1,
                preceding[0],
                preceding[1],
                calls,
                prepared.unique(),
                new Schema(fields),
                eventTime ? ChangelogMode.INSERT_ONLY : ChangelogMode.RETRACT);
        int firstCall = prepared.plan().schema().size();
        RexShuttle references = new RexShuttle() {
            @Override
            public RexNode visitOver(RexOver over) {
                return new RexInputRef(firstCall + overs.indexOf(over), over.getType());
            }
        };
        List<Expression> outputs = project.getProjects().stream()
                .map(node -> expressions.translate(node.accept(references)))
                .toList();
        Relation over = new Relation(
                plan,
                eventTime ? prepared.rowtime() : Set.of(),
                eventTime ? prepared.proctime() : Set.of(),
                Optional.empty(),
                prepared.unique());
        return RelTranslator.projected(over, outputs, project.getRowType().getFieldNames());
    }

    /** All OVER calls in an expression, each once: Calcite takes an AVG apart into a SUM and a COUNT. */
    private static void collect(RexNode node, List<RexOver> overs) {
        node.accept(new RexShuttle() {
            @Override
            public RexNode visitOver(RexOver over) {
                if (!overs.contains(over)) {
                    overs.add(over);
                }
                return over;
            }
        });
    }

    /** Rows and microseconds before the current row, -1 for unbounded. */
    private static long[] preceding(RexOver over) {
        RexWindowBound lower = over.getWindow().getLowerBound();
        RexWindowBound upper = over.getWindow().getUpperBound();
        if (!upper.isCurrentRow()) {
            throw UserError.request("an OVER window must end at CURRENT ROW");
        }
        if (lower.isUnbounded()) {
            // Of rows that tie, RANGE takes in all; ROWS takes them one by one.
            return new long[] {over.getWindow().isRows() ? Long.MAX_VALUE : -1, -1};
        }
        long bound = lower.isCurrentRow()
                ? 0
                : new RexTranslator().translate(lower.getOffset()) instanceof Expression.Literal(Long v, DataType _)
                        ? v
                        : -2;
        if (bound == -2) {
            throw UserError.request("an OVER window's bound must be a constant");
        }
        return over.getWindow().isRows() ? new long[] {bound, -1} : new long[] {-1, bound};
    }
}
