package dev.headrace.sql.codegen;

import static dev.headrace.sql.codegen.Evaluation.BIG;
import static dev.headrace.sql.codegen.Evaluation.INT;
import static dev.headrace.sql.codegen.Evaluation.TEXT;
import static dev.headrace.sql.codegen.Evaluation.TIMESTAMP;
import static dev.headrace.sql.codegen.Evaluation.TRUTH;
import static dev.headrace.sql.codegen.Evaluation.call;
import static dev.headrace.sql.codegen.Evaluation.constant;
import static dev.headrace.sql.codegen.Evaluation.decimal;
import static dev.headrace.sql.codegen.Evaluation.input;
import static dev.headrace.sql.codegen.Evaluation.number;
import static dev.headrace.sql.codegen.Evaluation.text;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.type.DataType;
import dev.headrace.core.expression.Expression;
import dev.headrace.core.expression.Program;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Rows a second of generated code, on one thread, of its processor time. Run by hand; an argument takes those measures that it is in the name of. It goes round a million different rows: of few the
 * processor learns by heart which rows pass, and a filter looks several times as fast as it is.
 */
final class ExpressionBenchmark {
    private static final List<DataType> INPUTS =
            List.of(INT.notNull(), BIG.notNull(), BIG, TEXT.notNull(), TIMESTAMP.notNull());
    private static final int ROUNDS = 5;
    private static final int BATCHES = 512;
    private static final Batch[] IN = new Batch[BATCHES];
    private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();
    private static final long NANOS_PER_ROUND = 1_000_000_000L;

    private static String wanted = "";

    private ExpressionBenchmark() {}

    public static void main(String[] arguments) {
        wanted = arguments.length == 0 ? "" : arguments[0];
        Arrays.setAll(IN, ExpressionBenchmark::rows);
        Expression eventType = input(0, INPUTS.get(0));
        Expression price = input(1, INPUTS.get(1));
        Expression maybe = input(2, INPUTS.get(2));
        Expression url = input(3, INPUTS.get(3));
        Expression time = input(4, INPUTS.get(4));
        Expression rate = constant(new BigDecimal("0.908"), decimal(4, 3));
        DataType product = decimal(23, 3);
        Expression euros = call("*", product.notNull(), rate, price);
        Expression isBid = call("=", TRUTH.notNull(), eventType, constant(2L, INT));
        Expression between = call(
                "AND",
                TRUTH.notNull(),
                call(">", TRUTH.notNull(), euros, constant(1_000_000L, INT)),
                call("<", TRUTH.notNull(), euros, constant(50_000_000L, INT)));
        measure("0.908 * price", null, euros);
        measure("0.908 * price, may be null", null, call("*", product, rate, maybe));
        measure("event_type = 2", isBid, price);
        measure("0.908 * price between", between, price);
        measure("both, and 0.908 * price", call("AND", TRUTH, isBid, between), euros);
        measure("EXTRACT HOUR", null, call("EXTRACT", BIG, text("HOUR"), time));
        measure("DATE_FORMAT day", null, call("DATE_FORMAT", TEXT, time, text("yyyy-MM-dd")));
        measure("SPLIT_INDEX 3", null, call("SPLIT_INDEX", TEXT, url, text("/"), number(3)));
        measure("REGEXP_EXTRACT", null, call("REGEXP_EXTRACT", TEXT, url, text("(&|^)channel_id=([^&]*)"), number(2)));
        measure(
                "REGEXP_EXTRACT, no match",
                null,
                call("REGEXP_EXTRACT", TEXT, url, text("(&|^)user=([^&]*)"), number(2)));
        measure("REGEXP_EXTRACT, host", null, call("REGEXP_EXTRACT", TEXT, url, text("^https?://([^/]+)"), number(1)));
        measure("REGEXP_EXTRACT, no text", null, call("REGEXP_EXTRACT", TEXT, url, text("([0-9]+)$"), number(1)));
    }

    private static Batch rows(int seed) {
        Random random = new Random(seed);
        List<Object[]> rows = new ArrayList<>();
        for (int i = 0; i < Batch.CAPACITY; i++) {
            long price = (long) Math.pow(10, random.nextDouble() * 6 + 2);
            int kind = random.nextInt(50);
            String url = "https://www.nexmark.com/" + Long.toString(random.nextLong(), 36)
                    + "/item.htm?query=1&channel_id=" + random.nextInt(10_000);
            rows.add(new Object[] {
                kind < 46 ? 2L : kind < 49 ? 1L : 0L,
                price,
                random.nextInt(20) == 0 ? null : (Long) price,
                url,
                1_700_000_000_000_000L + i * 100L
            });
        }
        return Evaluation.batch(INPUTS, rows);
    }

    private static void measure(String name, Expression condition, Expression output) {
        if (!name.contains(wanted)) {
            return;
        }
        Batch out = Evaluation.output(output);
        Program program = Evaluation.compile(INPUTS, condition, output);
        double best = 0;
        double share = 0;
        long passed;
        for (int round = 0; round < ROUNDS; round++) {
            long rows = 0;
            passed = 0;
            long start = CPU.getCurrentThreadCpuTime();
            long end = start;
            while (end - start < NANOS_PER_ROUND) {
                for (Batch in : IN) {
                    program.run(in, out);
                    rows += in.rows();
                    passed += out.selected();
                }
                end = CPU.getCurrentThreadCpuTime();
            }
            best = Math.max(best, rows * 1e3 / (end - start));
            share = 100.0 * passed / rows;
        }
        System.out.printf("%-28s %8.1f million rows/s, %.1f %% pass%n", name, best, share);
    }
}
