package dev.headrace.sql.plan;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelHomogeneousShuttle;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.logical.LogicalAggregate;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalJoin;
import org.apache.calcite.rel.logical.LogicalProject;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexFieldAccess;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.rex.RexVisitorImpl;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.util.ImmutableBitSet;

/**
 * Turns subqueries into joins: IN and EXISTS into SEMI and ANTI joins, scalar ones into LEFT joins. What a subquery says
 * about the row around it becomes the join's condition; for that it stands in the subquery's WHERE.
 */
final class Subqueries {
    private final RexBuilder builder;

    private Subqueries(RexBuilder builder) {
        this.builder = builder;
    }

    static RelNode toJoins(RelNode root) {
        return root.accept(new Subqueries(root.getCluster().getRexBuilder()).new Shuttle());
    }

    private final class Shuttle extends RelHomogeneousShuttle {
        @Override
        public RelNode visit(RelNode node) {
            RelNode visited = super.visit(node);
            return switch (visited) {
                case Filter filter when RexUtil.SubQueryFinder.find(filter.getCondition()) != null -> filter(filter);
                case Project project
                when RexUtil.SubQueryFinder.find(project.getProjects()) != null -> project(project);
                case Join join
                when RexUtil.SubQueryFinder.find(join.getCondition()) != null ->
                    throw Unsupported.because(
                            "a subquery cannot stand in a join's ON; put it into WHERE",
                            "IN",
                            "EXISTS",
                            "SCALAR_QUERY",
                            "SOME",
                            "ALL");
                default -> visited;
            };
        }
    }

    private RelNode filter(Filter filter) {
        int columns = filter.getInput().getRowType().getFieldCount();
        RelNode node = filter.getInput();
        List<RexNode> plain = new ArrayList<>();
        List<RexNode> withScalars = new ArrayList<>();
        List<RexNode> conditions = RelOptUtil.conjunctions(filter.getCondition());
        for (RexNode condition : conditions) {
            boolean negated = condition.getKind() == SqlKind.NOT;
            RexNode tested = negated ? ((RexCall) condition).getOperands().getFirst() : condition;
            if (tested instanceof RexSubQuery subquery && subquery.getKind() != SqlKind.SCALAR_QUERY) {
                node = tested(node, subquery, negated, variables(filter.getVariablesSet(), subquery));
            } else if (RexUtil.SubQueryFinder.find(condition) == null) {
                plain.add(condition);
            } else {
                withScalars.add(condition);
            }
        }
        if (!plain.isEmpty()) {
            node = LogicalFilter.create(node, RexUtil.composeConjunction(builder, plain));
        }
        if (withScalars.isEmpty()) {
            return node;
        }
        Scalars scalars = new Scalars(node, filter.getVariablesSet());
        List<RexNode> replaced =
                withScalars.stream().map(c -> c.accept(scalars)).toList();
        RelNode filtered = LogicalFilter.create(scalars.node, RexUtil.composeConjunction(builder, replaced));
        return LogicalProject.create(
                filtered,
                List.of(),
                builder.identityProjects(filtered.getRowType()).subList(0, columns),
                filter.getRowType().getFieldNames(),
                Set.of());
    }

    private RelNode project(Project project) {
        Scalars scalars = new Scalars(project.getInput(), project.getVariablesSet());
        List<RexNode> replaced =
                project.getProjects().stream().map(p -> p.accept(scalars)).toList();
        return LogicalProject.create(
                scalars.node, List.of(), replaced, project.getRowType().getFieldNames(), Set.of());
    }

    private static Set<CorrelationId> variables(Set<CorrelationId> declared, RexSubQuery subquery) {
        return declared.isEmpty() ? RelOptUtil.getVariablesUsed(subquery.rel) : declared;
    }

    /** IN and EXISTS: the rows of {@code outer} for which the subquery has a row, or has none. */
    private RelNode tested(RelNode outer, RexSubQuery subquery, boolean negated, Set<CorrelationId> variables) {
        Pulled inner = pull(toJoins(subquery.rel), variables);
        int outerColumns = outer.getRowType().getFieldCount();
        List<RexNode> conditions = new ArrayList<>(inner.joined(outerColumns, builder));
        switch (subquery.getKind()) {
            case EXISTS -> {}
            case IN -> {
                for (int i = 0; i < subquery.getOperands().size(); i++) {
                    RexNode left = subquery.getOperands().get(i);
                    RexNode right = builder.makeInputRef(
                            inner.node.getRowType().getFieldList().get(i).getType(), outerColumns + i);
                    conditions.add(membership(left, right, negated));
                }
            }
            default ->
                throw Unsupported.because(
                        "this kind of subquery is not supported; use IN, EXISTS, or compare with a"
                                + " subquery that aggregates",
                        "IN",
                        "EXISTS",
                        "SCALAR_QUERY",
                        "SOME",
                        "ALL");
        }
        return LogicalJoin.create(
                outer,
                inner.node,
                List.of(),
                RexUtil.composeConjunction(builder, conditions),
                Set.of(),
                negated ? JoinRelType.ANTI : JoinRelType.SEMI);
    }

    /** NOT IN is true for no row that an unknown value could be equal to. */
    private RexNode membership(RexNode left, RexNode right, boolean negated) {
        RexNode equal = builder.makeCall(SqlStdOperatorTable.EQUALS, left, right);
        List<RexNode> options = new ArrayList<>(List.of(equal));
        for (RexNode side : List.of(left, right)) {
            if (negated && side.getType().isNullable()) {
                options.add(builder.makeCall(SqlStdOperatorTable.IS_NULL, side));
            }
        }
        return RexUtil.composeDisjunction(builder, options);
    }

    /** Replaces scalar subqueries by columns of a join with them. */
    private final class Scalars extends RexShuttle {
        private final Set<CorrelationId> variables;
        private RelNode node;

        Scalars(RelNode node, Set<CorrelationId> variables) {
            this.node = node;
            this.variables = variables;
        }

        @Override
        public RexNode visitSubQuery(RexSubQuery subquery) {
            if (subquery.getKind() != SqlKind.SCALAR_QUERY) {
                throw Unsupported.because(
                        "IN and EXISTS with a subquery stand alone or under AND in WHERE; not inside OR,"
                                + " CASE or SELECT",
                        "IN",
                        "EXISTS",
                        "SCALAR_QUERY",
                        "SOME",
                        "ALL");
            }
            RelNode query = toJoins(subquery.rel);
            boolean counts = countsRows(query);
            Pulled inner = pull(query, variables(variables, subquery));
            if (!isOneRow(query)) {
                throw Unsupported.because(
                        "a subquery in the place of a value must aggregate without GROUP BY, so that it"
                                + " has one row; write MAX(..), MIN(..) or another aggregate",
                        "IN",
                        "EXISTS",
                        "SCALAR_QUERY",
                        "SOME",
                        "ALL");
            }
            int columns = node.getRowType().getFieldCount();
            node = LogicalJoin.create(
                    node,
                    inner.node,
                    List.of(),
                    RexUtil.composeConjunction(builder, inner.joined(columns, builder)),
                    Set.of(),
                    JoinRelType.LEFT);
            RexNode value = builder.makeInputRef(node, columns);
            // No rows are a group when there is no key, and none when there is.
            return counts && !inner.conditions.isEmpty()
                    ? builder.makeCall(
                            SqlStdOperatorTable.COALESCE,
                            value,
                            builder.makeZeroLiteral(subquery.rel
                                    .getRowType()
                                    .getFieldList()
                                    .getFirst()
                                    .getType()))
                    : value;
        }
    }

    private static boolean isOneRow(RelNode query) {
        return switch (query) {
            case Aggregate aggregate -> aggregate.getGroupCount() == 0;
            case Project project -> isOneRow(project.getInput());
            default -> false;
        };
    }

    private static boolean countsRows(RelNode query) {
        return switch (query) {
            case Aggregate aggregate ->
                aggregate.getAggCallList().stream()
                        .anyMatch(c -> c.getAggregation().getKind() == SqlKind.COUNT);
            case Project project ->
                project.getProjects().getFirst() instanceof RexInputRef && countsRows(project.getInput());
            default -> false;
        };
    }

    /**
     * A subquery without what it says about the row around it.
     *
     * @param conditions that, over the columns of {@code node} and fields of the variables
     */
    private record Pulled(RelNode node, List<RexNode> conditions) {
        /** The conditions over the outer columns and, behind them, those of {@code node}. */
        List<RexNode> joined(int outerColumns, RexBuilder builder) {
            return conditions.stream()
                    .map(c -> c.accept(new RexShuttle() {
                        @Override
                        public RexNode visitInputRef(RexInputRef ref) {
                            return builder.makeInputRef(ref.getType(), ref.getIndex() + outerColumns);
                        }

                        @Override
                        public RexNode visitFieldAccess(RexFieldAccess access) {
                            return access.getReferenceExpr() instanceof RexCorrelVariable
                                    ? builder.makeInputRef(
                                            access.getType(), access.getField().getIndex())
                                    : super.visitFieldAccess(access);
                        }
                    }))
                    .toList();
        }
    }

    private Pulled pull(RelNode node, Set<CorrelationId> variables) {
        if (!refersTo(node, variables)) {
            return new Pulled(node, List.of());
        }
        return switch (node) {
            case Filter filter -> pullFilter(filter, variables);
            case Project project -> pullProject(project, variables);
            case Aggregate aggregate -> pullAggregate(aggregate, variables);
            case Join join when join.getJoinType() == JoinRelType.INNER -> pullJoin(join, variables);
            default -> throw outside();
        };
    }

    private static Unsupported outside() {
        return Unsupported.because(
                "a subquery can refer to the query around it only in its own WHERE, and with '=' where it"
                        + " aggregates; write it as a join",
                "IN",
                "EXISTS",
                "SCALAR_QUERY",
                "SOME",
                "ALL");
    }

    private static boolean refersTo(RelNode node, Set<CorrelationId> variables) {
        return RelOptUtil.getVariablesUsed(node).stream().anyMatch(variables::contains);
    }

    private static boolean refersTo(RexNode expression, Set<CorrelationId> variables) {
        boolean[] found = new boolean[1];
        expression.accept(new RexVisitorImpl<Void>(true) {
            @Override
            public Void visitCorrelVariable(RexCorrelVariable variable) {
                found[0] |= variables.contains(variable.id);
                return null;
            }
        });
        return found[0];
    }

    private Pulled pullFilter(Filter filter, Set<CorrelationId> variables) {
        Pulled input = pull(filter.getInput(), variables);
        List<RexNode> own = new ArrayList<>();
        List<RexNode> pulled = new ArrayList<>(input.conditions);
        for (RexNode condition : RelOptUtil.conjunctions(filter.getCondition())) {
            (refersTo(condition, variables) ? pulled : own).add(condition);
        }
        return new Pulled(
                own.isEmpty() ? input.node : LogicalFilter.create(input.node, RexUtil.composeConjunction(builder, own)),
                pulled);
    }

    /** The projection, and behind its columns those of its input that the conditions need. */
    private Pulled pullProject(Project project, Set<CorrelationId> variables) {
        if (project.getProjects().stream().anyMatch(p -> refersTo(p, variables)) || project.containsOver()) {
            throw outside();
        }
        Pulled input = pull(project.getInput(), variables);
        List<RexNode> projects = new ArrayList<>(project.getProjects());
        List<String> names = new ArrayList<>(project.getRowType().getFieldNames());
        List<RexNode> moved = new ArrayList<>();
        for (RexNode condition : input.conditions) {
            moved.add(condition.accept(new RexShuttle() {
                @Override
                public RexNode visitInputRef(RexInputRef ref) {
                    int place = projects.indexOf(ref);
                    if (place < 0) {
                        place = projects.size();
                        projects.add(ref);
                        names.add("$outer" + place);
                    }
                    return builder.makeInputRef(ref.getType(), place);
                }
            }));
        }
        return new Pulled(LogicalProject.create(input.node, List.of(), projects, names, Set.of()), moved);
    }

    /** Groups by the columns that are compared with the row around; their places are behind the calls. */
    private Pulled pullAggregate(Aggregate aggregate, Set<CorrelationId> variables) {
        Pulled input = pull(aggregate.getInput(), variables);
        Set<Integer> keys = new HashSet<>(aggregate.getGroupSet().asList());
        for (RexNode condition : input.conditions) {
            if (condition.getKind() != SqlKind.EQUALS) {
                throw outside();
            }
            RelOptUtil.InputFinder.bits(condition).forEach(keys::add);
        }
        ImmutableBitSet grouped = ImmutableBitSet.of(keys);
        Aggregate wider =
                LogicalAggregate.create(input.node, List.of(), grouped, List.of(grouped), aggregate.getAggCallList());
        List<RexNode> projects = new ArrayList<>();
        aggregate.getGroupSet().asList().forEach(k -> projects.add(builder.makeInputRef(wider, grouped.indexOf(k))));
        for (int i = 0; i < aggregate.getAggCallList().size(); i++) {
            projects.add(builder.makeInputRef(wider, grouped.cardinality() + i));
        }
        List<String> names = new ArrayList<>(aggregate.getRowType().getFieldNames());
        List<RexNode> moved = new ArrayList<>();
        for (RexNode condition : input.conditions) {
            moved.add(condition.accept(new RexShuttle() {
                @Override
                public RexNode visitInputRef(RexInputRef ref) {
                    RexNode key = builder.makeInputRef(wider, grouped.indexOf(ref.getIndex()));
                    projects.add(key);
                    names.add("$outer" + projects.size());
                    return builder.makeInputRef(key.getType(), projects.size() - 1);
                }
            }));
        }
        return new Pulled(LogicalProject.create(wider, List.of(), projects, names, Set.of()), moved);
    }

    private Pulled pullJoin(Join join, Set<CorrelationId> variables) {
        if (refersTo(join.getCondition(), variables)) {
            throw outside();
        }
        Pulled left = pull(join.getLeft(), variables);
        Pulled right = pull(join.getRight(), variables);
        int oldLeft = join.getLeft().getRowType().getFieldCount();
        int newLeft = left.node.getRowType().getFieldCount();
        if (newLeft != oldLeft) {
            throw outside();
        }
        List<RexNode> conditions = new ArrayList<>(left.conditions);
        right.conditions.forEach(c -> conditions.add(RexUtil.shift(c, newLeft)));
        return new Pulled(
                LogicalJoin.create(left.node, right.node, List.of(), join.getCondition(), Set.of(), JoinRelType.INNER),
                conditions);
    }
}
