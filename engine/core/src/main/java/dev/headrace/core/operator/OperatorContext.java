package dev.headrace.core.operator;

import dev.headrace.core.expression.ExpressionCompiler;
import dev.headrace.core.state.Access;
import dev.headrace.core.state.StateSchema;
import dev.headrace.core.state.StateTable;
import java.time.InstantSource;
import java.util.List;

/** What an operator gets from the worker it runs in. */
public interface OperatorContext {
    /** A state table of this operator that is there all the time, found by key. Ask for it in the constructor. */
    default StateTable table(StateSchema schema, Access access) {
        return table(schema, access, 0);
    }

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

    ExpressionCompiler compiler();

    InstantSource clock();

    /** A number that is higher at each call and higher than any of this operator in the snapshot started from. */
    long nextSequence();
}
