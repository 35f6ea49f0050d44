package dev.headrace.sql.codegen;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.Column;
import dev.headrace.api.error.UserError;
import dev.headrace.api.type.DataType;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.expression.Program;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** A generated class with the selection that it narrows. */
final class GeneratedProgram implements Program {
    private final Optional<Kernels> kernels;
    private final int filters;
    private final List<Expression> projections;
    /** For each output column the input column that it shows, or -1 - its number among the computed ones. */
    private final int[] sources;

    private final InstantSource clock;
    private int[] selection = new int[Batch.CAPACITY];

    GeneratedProgram(Optional<Kernels> kernels, int filters, List<Expression> projections, InstantSource clock) {
        this.kernels = kernels;
        this.filters = filters;
        this.projections = projections;
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
        try {
            if (filters > 0) {
                if (selection.length < count) {
                    selection = new int[count];
                }
                for (int i = 0; i < filters && count > 0; i++) {
                    count = kernels.orElseThrow().filter(i, in, selected, count, selection);
                    selected = selection;
                }
                out.select(selection, count);
            }
            if (count > 0) {
                project(in, selected, count, out);
            }
        } catch (ArithmeticException e) {
            throw UserError.job("division by zero in one of: " + projections);
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
                kernels.orElseThrow().project(-1 - sources[i], in, selected, count, target);
            }
        }
    }
}
