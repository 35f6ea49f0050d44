package dev.headrace.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * The table made of measurements. Figures of several runs are their median; the spread is the distance from the least to the
 * greatest, in parts of the median. A ratio is that of two medians, Headrace's above the peer's, so that more than 1 means
 * that Headrace does more with a CPU second.
 */
final class Report {
    /** Where the results of a query stand to one another. */
    enum Verdict {
        SAME("same"),
        DIFFERENT("DIFFERENT"),
        /** The peer does not run this query. */
        ALONE("Headrace alone"),
        /** Reads the clock, so that no two runs are alike. */
        INCOMPARABLE("not comparable"),
        UNCHECKED("not checked");

        private final String text;

        Verdict(String text) {
            this.text = text;
        }
    }

    /** A query of the table: its timed runs, Headrace's result, and sentences about what failed. */
    record Line(
            String query,
            List<Measurement> ours,
            List<Measurement> peers,
            Optional<Measurement.Total> total,
            Verdict verdict,
            List<String> failures) {}

    private Report() {}

    static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    static double spread(double... values) {
        double least = Arrays.stream(values).min().orElseThrow();
        double greatest = Arrays.stream(values).max().orElseThrow();
        return (greatest - least) / median(values);
    }

    static OptionalDouble geometricMean(double... values) {
        return values.length == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(
                        Math.exp(Arrays.stream(values).map(Math::log).average().orElseThrow()));
    }

    /** Of medians; empty where one side has no measurement. */
    static OptionalDouble ratio(Line line, ToDoubleFunction<Measurement> figure) {
        return line.ours.isEmpty() || line.peers.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(median(figures(line.ours, figure)) / median(figures(line.peers, figure)));
    }

    static Verdict compare(Optional<Measurement.Total> ours, Optional<Measurement.Total> peers) {
        if (ours.isEmpty() || peers.isEmpty()) {
            return Verdict.UNCHECKED;
        }
        return ours.equals(peers) ? Verdict.SAME : Verdict.DIFFERENT;
    }

    /** The table in Markdown, with the geometric mean of the ratios and, below it, what failed. */
    static String markdown(String peer, List<Line> lines) {
        StringBuilder text = new StringBuilder();
        text.append("| Query | Headrace, events a CPU second | spread | ").append(peer);
        text.append(" | spread | Ratio | with start | Wall, s | Peak memory, MiB | Rows | Result |\n");
        text.append("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|\n");
        lines.forEach(line -> text.append(row(line)));
        double[] ratios = lines.stream()
                .flatMapToDouble(line -> ratio(line, Measurement::eventsPerCpuSecond).stream())
                .toArray();
        double[] whole = lines.stream()
                .flatMapToDouble(line -> ratio(line, Measurement::eventsPerProcessCpuSecond).stream())
                .toArray();
        geometricMean(ratios)
                .ifPresent(mean -> text.append(String.format(
                        Locale.ROOT,
                        "%nGeometric mean of %d ratios: %.1f; with the start of the process: %.1f; the least: %.1f.%n",
                        ratios.length,
                        mean,
                        geometricMean(whole).orElseThrow(),
                        Arrays.stream(ratios).min().orElseThrow())));
        lines.forEach(line -> line.failures.forEach(
                failure -> text.append("\n- ").append(line.query).append(": ").append(failure)));
        return text.append(lines.stream().allMatch(line -> line.failures.isEmpty()) ? "" : "\n")
                .toString();
    }

    private static String row(Line line) {
        return String.join(
                        " | ",
                        "| " + line.query,
                        rate(line.ours),
                        scatter(line.ours),
                        rate(line.peers),
                        scatter(line.peers),
                        number("%.1f", ratio(line, Measurement::eventsPerCpuSecond)),
                        number("%.1f", ratio(line, Measurement::eventsPerProcessCpuSecond)),
                        both("%.1f", line, Measurement::wallSeconds),
                        both("%.0f", line, Measurement::peakRssMib),
                        line.total.map(t -> Long.toString(t.rows())).orElse("-"),
                        line.verdict.text)
                + " |\n";
    }

    /** As people read it: 1.25 M, 155 k. */
    private static String rate(List<Measurement> runs) {
        if (runs.isEmpty()) {
            return "-";
        }
        double rate = median(figures(runs, Measurement::eventsPerCpuSecond));
        return rate >= 999_500
                ? String.format(Locale.ROOT, "%.2f M", rate / 1e6)
                : String.format(Locale.ROOT, "%.0f k", rate / 1e3);
    }

    private static String scatter(List<Measurement> runs) {
        return runs.size() < 2
                ? "-"
                : String.format(Locale.ROOT, "%.0f %%", 100 * spread(figures(runs, Measurement::eventsPerCpuSecond)));
    }

    private static String both(String format, Line line, ToDoubleFunction<Measurement> figure) {
        return number(format, middle(line.ours, figure)) + " / " + number(format, middle(line.peers, figure));
    }

    private static OptionalDouble middle(List<Measurement> runs, ToDoubleFunction<Measurement> figure) {
        return runs.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(median(figures(runs, figure)));
    }

    private static String number(String format, OptionalDouble value) {
        return value.isPresent() ? String.format(Locale.ROOT, format, value.getAsDouble()) : "-";
    }

    private static double[] figures(List<Measurement> runs, ToDoubleFunction<Measurement> figure) {
        return runs.stream().mapToDouble(figure).toArray();
    }
}
