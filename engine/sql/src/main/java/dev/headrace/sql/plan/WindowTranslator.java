package dev.headrace.sql.plan;

import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Kind;
import dev.headrace.api.type.Schema;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.plan.Plan;
import dev.headrace.core.plan.Window;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.rel.core.TableFunctionScan;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;

/** Windows as table functions and as functions in GROUP BY. */
final class WindowTranslator {
    private WindowTranslator() {}

    /** A window and the column of the row's time, -1 for processing time. */
    record TimedWindow(Window window, int timeColumn) {}

    /** TUMBLE, HOP, CUMULATE or SESSION over a table. */
    static Relation table(TableFunctionScan scan, Relation input) {
        RexCall call = (RexCall) scan.getCall();
        String name = call.getOperator().getName();
        RexCall descriptor = (RexCall) call.getOperands().getFirst();
        int time = ((RexInputRef) descriptor.getOperands().getFirst()).getIndex();
        List<RexNode> lengths =
                new ArrayList<>(call.getOperands().subList(1, call.getOperands().size()));
        List<Integer> partition = List.of();
        if (lengths.getLast() instanceof RexCall keys && keys.getKind() == SqlKind.DESCRIPTOR) {
            lengths.removeLast();
            partition = keys.getOperands().stream()
                    .map(k -> ((RexInputRef) k).getIndex())
                    .toList();
        }
        TimedWindow timed = timed(name, time, lengths, input);
        List<Field> fields = new ArrayList<>(input.plan().schema().fields());
        int start = fields.size();
        DataType type = DataType.timestamp(3).notNull();
        fields.add(new Field("window_start", type));
        fields.add(new Field("window_end", type));
        fields.add(new Field("window_time", type));
        Set<Integer> rowtime = new HashSet<>(input.rowtime());
        Set<Integer> proctime = new HashSet<>(input.proctime());
        (timed.timeColumn() < 0 ? proctime : rowtime).add(start + 2);
        Plan plan = new Plan.WindowTable(input.plan(), timed.window(), timed.timeColumn(), new Schema(fields));
        return input.with(plan)
                .withTimes(rowtime, proctime)
                .withWindow(Optional.of(new Relation.Windowed(start, start + 1, timed.window(), partition)))
                .withUniques(List.of());
    }

    /** Whether windows that end together begin together. */
    static boolean endDecidesStart(Window window) {
        return switch (window) {
            case Window.Tumble _, Window.Hop _, Window.Cumulate _ -> true;
            case Window.Session _, Window.Attached _ -> false;
        };
    }

    /** GROUP_TUMBLE(time, size) and its like, over {@code input}. */
    static TimedWindow group(Expression.Call call, Relation input) {
        String name = call.function().substring("GROUP_".length());
        if (!(call.operands().getFirst() instanceof Expression.Input(int time, DataType _))) {
            throw Unsupported.because(
                    name + "(...) needs a time column of a table with a WATERMARK, or a PROCTIME() column", name);
        }
        return window(name, time, call.operands().subList(1, call.operands().size()), input);
    }

    private static TimedWindow timed(String name, int time, List<RexNode> lengths, Relation input) {
        return window(name, time, new RexTranslator(SessionZone.UTC).translateAll(lengths), input);
    }

    private static TimedWindow window(String name, int time, List<Expression> arguments, Relation input) {
        boolean processing = input.proctime().contains(time);
        if (!processing && !input.rowtime().contains(time)) {
            String column = input.plan().schema().name(time);
            throw Unsupported.because(
                    name + " needs a time: column '" + column
                            + "' is no event time, since its table has no WATERMARK FOR"
                            + " it (or a query in between has changed it); add 'WATERMARK FOR " + column + " AS "
                            + column
                            + " - INTERVAL '5' SECOND' to CREATE TABLE, or use a PROCTIME() column",
                    name);
        }
        List<Long> lengths = arguments.stream().map(a -> length(name, a)).toList();
        for (int i = 0; i < lengths.size(); i++) {
            boolean isOffset = i == (name.equals("TUMBLE") || name.equals("SESSION") ? 1 : 2);
            if (lengths.get(i) <= 0 && !isOffset) {
                throw Unsupported.because(name + " needs lengths above zero", name);
            }
        }
        Window window = switch (name) {
            case "TUMBLE" -> new Window.Tumble(lengths.get(0), offset(lengths, 1));
            case "HOP" -> hop(lengths.get(0), lengths.get(1), offset(lengths, 2));
            case "CUMULATE" -> cumulate(lengths.get(0), lengths.get(1), offset(lengths, 2));
            case "SESSION" -> new Window.Session(lengths.get(0));
            default -> throw Unsupported.because("there is no window function " + name, name);
        };
        return new TimedWindow(window, processing ? -1 : time);
    }

    private static Window hop(long slide, long size, long offset) {
        if (size % slide != 0) {
            throw Unsupported.because("HOP needs a size that is a multiple of its slide", "HOP");
        }
        return new Window.Hop(size, slide, offset);
    }

    private static Window cumulate(long step, long size, long offset) {
        if (size % step != 0) {
            throw Unsupported.because("CUMULATE needs a size that is a multiple of its step", "CUMULATE");
        }
        return new Window.Cumulate(size, step, offset);
    }

    private static long offset(List<Long> lengths, int index) {
        return lengths.size() > index ? lengths.get(index) : 0;
    }

    private static long length(String name, Expression expression) {
        if (expression instanceof Expression.Literal(Long micros, DataType type)
                && type.kind() == Kind.INTERVAL_DAY_TIME) {
            return micros;
        }
        throw Unsupported.because(name + " needs constant lengths of days or less, such as INTERVAL '10' MINUTE", name);
    }
}
