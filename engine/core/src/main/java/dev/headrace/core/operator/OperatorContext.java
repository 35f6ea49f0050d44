package dev.headrace.core.operator;

import dev.headrace.api.type.Schema;
import dev.headrace.core.expression.ExpressionCompiler;
import dev.headrace.core.plan.AggregateCall;
import dev.headrace.core.state.Access;
import dev.headrace.core.state.StateColumn;
import dev.headrace.core.state.StateSchema;
import dev.headrace.core.state.StateTable;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;

/** What an operator gets from the worker it runs in. */
public interface OperatorContext {
    /** A state table of this operator that is there all the time, found by key. Ask for it in the constructor. */
    default StateTable table(StateSchema schema, Access access) {
        return table(schema, access, 0);
    }

    /**
     * Says that the operator has a family of tables of that schema, for each of which it will ask with that access. Say it in
     * the constructor.
     */
    default void declare(StateSchema family, Access access) {}

    /**
     * One table of a family that shares a schema: one for each window slice, for instance. Snapshots hold the tables that
     * have not been dropped.
     *
     * @param namespace tells the family's tables apart
     */
    StateTable table(StateSchema schema, Access access, long namespace);

    /** Lets go of a table of a family with all its rows. */
    void drop(StateTable table, long namespace);

    /** The namespaces of a family that a restore has brought; ask for each with {@link #table} in {@code restored()}. */
    List<Long> namespaces(String schemaName);

    /** The meaning of a column of input {@code input}, by which state is found again. */
    String meaning(int input, int column);

    /** The meaning of an aggregate call over the columns of input 0. */
    String meaning(AggregateCall call);

    /** The columns of an input as they are kept in state. */
    default List<StateColumn> columns(int input, Schema schema) {
        return IntStream.range(0, schema.size())
                .mapToObj(i -> StateColumn.of(meaning(input, i), schema.type(i)))
                .toList();
    }

    ExpressionCompiler compiler();

    InstantSource clock();

    /** A number that is higher at each call and higher than any of this operator in the snapshot started from. */
    long nextSequence();
}
