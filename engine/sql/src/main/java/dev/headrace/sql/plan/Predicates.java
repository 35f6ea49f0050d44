package dev.headrace.sql.plan;

import dev.headrace.sql.function.FunctionRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Correlate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.TableFunctionScan;
import org.apache.calcite.rel.core.Union;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexOver;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * Moves conditions towards the sources: through projections, unions, windows, grouping keys and partitions, and into
 * joins, which they turn from outer to inner where they reject the rows that an outer join adds. What a condition cannot
 * pass it stays above of. Conditions on a window's bounds stay above its aggregation, which reads slices and no windows.
 */
final class Predicates {
    private final RexBuilder builder;

    private Predicates(RexBuilder builder) {
        this.builder = builder;
    }

    static RelNode pushDown(RelNode root) {
        return new Predicates(root.getCluster().getRexBuilder()).push(root, List.of());
    }

    /** The node under these conditions over its columns. */
    private RelNode push(RelNode node, List<RexNode> conditions) {
        return switch (node) {
            case Filter filter -> {
                List<RexNode> all = new ArrayList<>();
                RelOptUtil.conjunctions(filter.getCondition()).forEach(c -> addOnce(all, c));
                conditions.forEach(c -> addOnce(all, c));
                yield push(filter.getInput(), all);
            }
            case Project project -> project(project, conditions);
            case Join join -> join(join, conditions);
            case Correlate correlate -> correlate(correlate, conditions);
            case Aggregate aggregate -> aggregate(aggregate, conditions);
            case TableFunctionScan window -> window(window, conditions);
            case Union union ->
                union.copy(
                        union.getTraitSet(),
                        union.getInputs().stream().map(i -> push(i, conditions)).toList());
            default -> {
                List<RelNode> inputs =
                        node.getInputs().stream().map(i -> push(i, List.of())).toList();
                yield filtered(
                        inputs.equals(node.getInputs()) ? node : node.copy(node.getTraitSet(), inputs), conditions);
            }
        };
    }

    private static void addOnce(List<RexNode> conditions, RexNode condition) {
        if (!condition.isAlwaysTrue() && !conditions.contains(condition)) {
            conditions.add(condition);
        }
    }

    private RelNode filtered(RelNode node, List<RexNode> conditions) {
        return conditions.isEmpty()
                ? node
                : LogicalFilter.create(node, RexUtil.composeConjunction(builder, conditions));
    }

    private RelNode project(Project project, List<RexNode> conditions) {
        List<RexNode> below = new ArrayList<>();
        List<RexNode> above = new ArrayList<>();
        for (RexNode condition : conditions) {
            boolean passes = RelOptUtil.InputFinder.bits(condition).asList().stream()
                    .allMatch(column -> passes(project, column));
            if (passes) {
                below.add(RelOptUtil.pushPastProject(condition, project));
            } else {
                above.add(condition);
            }
        }
        RelNode input = push(project.getInput(), below);
        return filtered(project.copy(project.getTraitSet(), List.of(input)), above);
    }

    /** Whether a condition on the column means the same below the projection. */
    private static boolean passes(Project project, int column) {
        RexNode expression = project.getProjects().get(column);
        if (!project.containsOver()) {
            return RexUtil.isDeterministic(expression) && !isGroupWindow(expression);
        }
        // Whole partitions may go, single rows of them may not.
        return project.getProjects().stream()
                .filter(RexOver::containsOver)
                .allMatch(e -> e instanceof RexOver over
                        && over.getWindow().partitionKeys.contains(expression));
    }

    private static boolean isGroupWindow(RexNode expression) {
        return expression instanceof RexCall call && FunctionRegistry.isGroupWindow(call.getOperator());
    }

    private RelNode join(Join join, List<RexNode> above) {
        int leftColumns = join.getLeft().getRowType().getFieldCount();
        ImmutableBitSet ofLeft = ImmutableBitSet.range(leftColumns);
        ImmutableBitSet ofRight = ImmutableBitSet.range(
                leftColumns, leftColumns + join.getRight().getRowType().getFieldCount());
        JoinRelType kind = kind(join.getJoinType(), above, ofLeft, ofRight);
        List<RexNode> left = new ArrayList<>();
        List<RexNode> right = new ArrayList<>();
        List<RexNode> on = new ArrayList<>();
        List<RexNode> rest = new ArrayList<>();
        for (RexNode condition : above) {
            ImmutableBitSet columns = RelOptUtil.InputFinder.bits(condition);
            if (columns.isEmpty() || !RexUtil.isDeterministic(condition)) {
                rest.add(condition);
            } else if (ofLeft.contains(columns) && !kind.generatesNullsOnLeft()) {
                left.add(condition);
            } else if (ofRight.contains(columns) && !kind.generatesNullsOnRight()) {
                right.add(condition);
            } else if (kind == JoinRelType.INNER) {
                addOnce(on, condition);
            } else {
                rest.add(condition);
            }
        }
        for (RexNode condition : RelOptUtil.conjunctions(join.getCondition())) {
            ImmutableBitSet columns = RelOptUtil.InputFinder.bits(condition);
            // A row of the side that an outer or anti join keeps stays, whatever the condition says about it alone.
            boolean keepsLeft = kind == JoinRelType.LEFT || kind == JoinRelType.FULL || kind == JoinRelType.ANTI;
            boolean keepsRight = kind == JoinRelType.RIGHT || kind == JoinRelType.FULL;
            if (!columns.isEmpty() && ofLeft.contains(columns) && !keepsLeft) {
                addOnce(left, condition);
            } else if (!columns.isEmpty() && ofRight.contains(columns) && !keepsRight) {
                addOnce(right, condition);
            } else {
                addOnce(on, condition);
            }
        }
        RelNode joined = join.copy(
                join.getTraitSet(),
                RexUtil.composeConjunction(builder, on),
                push(join.getLeft(), left),
                push(
                        join.getRight(),
                        right.stream().map(c -> RexUtil.shift(c, -leftColumns)).toList()),
                kind,
                join.isSemiJoinDone());
        return filtered(joined, rest);
    }

    private static JoinRelType kind(
            JoinRelType declared, List<RexNode> above, ImmutableBitSet ofLeft, ImmutableBitSet ofRight) {
        JoinRelType kind = declared;
        for (RexNode condition : above) {
            if (!rejectsNulls(condition)) {
                continue;
            }
            ImmutableBitSet columns = RelOptUtil.InputFinder.bits(condition);
            if (kind.generatesNullsOnRight() && columns.intersects(ofRight)) {
                kind = kind.cancelNullsOnRight();
            }
            if (kind.generatesNullsOnLeft() && columns.intersects(ofLeft)) {
                kind = kind.cancelNullsOnLeft();
            }
        }
        return kind;
    }

    /** Whether the condition is not true where any of its columns is null; false where that is not plain to see. */
    private static boolean rejectsNulls(RexNode condition) {
        return switch (condition.getKind()) {
            case EQUALS,
                    NOT_EQUALS,
                    LESS_THAN,
                    LESS_THAN_OR_EQUAL,
                    GREATER_THAN,
                    GREATER_THAN_OR_EQUAL,
                    LIKE,
                    IS_NOT_NULL -> ((RexCall) condition).getOperands().stream().allMatch(Predicates::isStrict);
            default -> false;
        };
    }

    private static boolean isStrict(RexNode expression) {
        return switch (expression.getKind()) {
            case INPUT_REF, LITERAL -> true;
            case FIELD_ACCESS, CAST, PLUS, MINUS, TIMES, DIVIDE, MOD ->
                !(expression instanceof RexCall call)
                        || call.getOperands().stream().allMatch(Predicates::isStrict);
            default -> false;
        };
    }

    private RelNode correlate(Correlate correlate, List<RexNode> conditions) {
        ImmutableBitSet ofLeft =
                ImmutableBitSet.range(correlate.getLeft().getRowType().getFieldCount());
        List<RexNode> left = new ArrayList<>();
        List<RexNode> above = new ArrayList<>();
        for (RexNode condition : conditions) {
            ImmutableBitSet columns = RelOptUtil.InputFinder.bits(condition);
            (!columns.isEmpty() && ofLeft.contains(columns) ? left : above).add(condition);
        }
        return filtered(
                correlate.copy(correlate.getTraitSet(), List.of(push(correlate.getLeft(), left), correlate.getRight())),
                above);
    }

    private RelNode aggregate(Aggregate aggregate, List<RexNode> conditions) {
        List<Integer> keys = aggregate.getGroupSet().asList();
        List<RexNode> below = new ArrayList<>();
        List<RexNode> above = new ArrayList<>();
        for (RexNode condition : conditions) {
            List<Integer> columns = RelOptUtil.InputFinder.bits(condition).asList();
            boolean passes = aggregate.getGroupType() == Aggregate.Group.SIMPLE
                    && !columns.isEmpty()
                    && columns.stream()
                            .allMatch(c -> c < keys.size() && !isOfWindow(aggregate.getInput(), keys.get(c)));
            if (passes) {
                below.add(condition.accept(new RexShuttle() {
                    @Override
                    public RexNode visitInputRef(RexInputRef ref) {
                        return new RexInputRef(keys.get(ref.getIndex()), ref.getType());
                    }
                }));
            } else {
                above.add(condition);
            }
        }
        RelNode input = push(aggregate.getInput(), below);
        return filtered(aggregate.copy(aggregate.getTraitSet(), List.of(input)), above);
    }

    /** Whether a column is a bound of a window, or a window itself. */
    private static boolean isOfWindow(RelNode node, int column) {
        return switch (node) {
            case Project project ->
                isGroupWindow(project.getProjects().get(column))
                        || RelOptUtil.InputFinder.bits(project.getProjects().get(column)).asList().stream()
                                .anyMatch(c -> isOfWindow(project.getInput(), c));
            case Filter filter -> isOfWindow(filter.getInput(), column);
            case Aggregate aggregate ->
                column < aggregate.getGroupCount()
                        && isOfWindow(
                                aggregate.getInput(), aggregate.getGroupSet().nth(column));
            case TableFunctionScan window ->
                column >= window.getInput(0).getRowType().getFieldCount() || isOfWindow(window.getInput(0), column);
            case Join join -> {
                int leftColumns = join.getLeft().getRowType().getFieldCount();
                yield column < leftColumns
                        ? isOfWindow(join.getLeft(), column)
                        : isOfWindow(join.getRight(), column - leftColumns);
            }
            default -> false;
        };
    }

    private RelNode window(TableFunctionScan window, List<RexNode> conditions) {
        int inputColumns = window.getInput(0).getRowType().getFieldCount();
        // The rows of a session hold each other together, so none may go before.
        boolean rowsAreAlone = !Set.of("SESSION")
                .contains(((RexCall) window.getCall()).getOperator().getName());
        List<RexNode> below = new ArrayList<>();
        List<RexNode> above = new ArrayList<>();
        for (RexNode condition : conditions) {
            boolean passes = rowsAreAlone
                    && ImmutableBitSet.range(inputColumns).contains(RelOptUtil.InputFinder.bits(condition));
            (passes ? below : above).add(condition);
        }
        RelNode input = push(window.getInput(0), below);
        return filtered(window.copy(window.getTraitSet(), List.of(input)), above);
    }
}
