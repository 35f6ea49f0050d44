package dev.headrace.sql.codegen;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Column;
import dev.headrace.api.error.UserError;
import dev.headrace.api.function.ScalarFunction;
import dev.headrace.api.type.DataType;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.expression.Program;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** A generated class with the selection that it narrows. */
final class GeneratedProgram implements Program {
    private final Optional<Kernels> kernels;
    private final List<Expression> filters;
    private final List<Expression> projections;
    private final List<ScalarFunction> functions;
    /** For each output column the input column that it shows, or -1 - its number among the computed ones. */
    private final int[] sources;

    private final InstantSource clock;
    private int[] selection = new int[Batch.CAPACITY];

    /** @param functions the users' functions that the code calls, open; they are closed with the program */
    GeneratedProgram(
            Optional<Kernels> kernels,
            List<Expression> filters,
            List<Expression> projections,
            List<ScalarFunction> functions,
            InstantSource clock) {
        this.kernels = kernels;
        this.filters = filters;
        this.projections = projections;
        this.functions = functions;
        this.clock = clock;
        sources = new int[projections.size()];
        int computed = 0;
        for (int i = 0; i < sources.length; i++) {
            sources[i] =
                    projections.get(i) instanceof Expression.Input(int index, DataType _) ? index : -1 - computed++;
        }
    }

    @Override
    public void run(Batch in, Batch out) {
        out.shareFrame(in);
        int[] selected = in.isFiltered() ? in.selection() : null;
        int count = in.selected();
        kernels.ifPresent(k -> k.now(clock.millis() * 1000));
        if (!filters.isEmpty()) {
            if (selection.length < count) {
                selection = new int[count];
            }
            for (int i = 0; i < filters.size() && count > 0; i++) {
                count = filter(i, in, selected, count);
                selected = selection;
            }
            out.select(selection, count);
        }
        if (count > 0) {
            project(in, selected, count, out);
        }
    }

    private int filter(int index, Batch in, int[] selected, int count) {
        try {
            return kernels.orElseThrow().filter(index, in, selected, count, selection);
        } catch (ArithmeticException e) {
            throw failure(e, "the condition " + filters.get(index));
        }
    }

    private void project(Batch in, int[] selected, int count, Batch out) {
        out.ensureCapacity(in.rows());
        for (int i = 0; i < sources.length; i++) {
            Column target = out.column(i);
            if (sources[i] >= 0) {
                target.share(in.column(sources[i]));
            } else {
                target.clear();
                try {
                    kernels.orElseThrow().project(-1 - sources[i], in, selected, count, target);
                } catch (ArithmeticException e) {
                    throw failure(e, "the projection " + projections.get(i));
                }
            }
        }
    }

    private static UserError failure(ArithmeticException e, String place) {
        boolean division = "/ by zero".equals(e.getMessage());
        return UserError.job((division ? "division by zero" : e.getMessage()) + " in " + place, e);
    }

    @Override
    public void close() {
        closeAll(functions);
    }

    /** Closes all of them, and then throws the first failure. */
    static void closeAll(Collection<ScalarFunction> functions) {
        RuntimeException first = null;
        for (ScalarFunction function : functions) {
            try {
                function.close();
            } catch (RuntimeException e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
