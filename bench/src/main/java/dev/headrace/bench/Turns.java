package dev.headrace.bench;

import dev.headrace.api.error.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs a query on Headrace and on a peer in turn, a process a run, on the same files: first once each into the sink that makes
 * checksums, which are compared and not timed; then pairs of timed runs, Headrace before the peer. The first run that fails
 * ends the query.
 *
 * @param pairs timed runs of each
 * @param measured hears of each measurement as soon as it is there
 */
record Turns(
        Contestant.Task task,
        Contestant headrace,
        Optional<Contestant> peer,
        int pairs,
        boolean check,
        Consumer<Measurement> measured) {
    static final String CHECKED_SINK = "checksum";
    static final String TIMED_SINK = "blackhole";

    /** Orders an OVER window by what is no time attribute, which Flink refuses. */
    private static final String NOT_FLINK = "q6";

    private static final String READS_THE_CLOCK = "q12";

    Report.Line run(String query) {
        Optional<Contestant> other = peer.filter(_ -> !query.equals(NOT_FLINK));
        List<Measurement> ours = new ArrayList<>();
        List<Measurement> peers = new ArrayList<>();
        Optional<Measurement.Total> ourTotal = Optional.empty();
        Optional<Measurement.Total> peersTotal = Optional.empty();
        List<String> failures = new ArrayList<>();
        try {
            if (check) {
                ourTotal = measure(headrace, query, CHECKED_SINK, 1).total();
                peersTotal =
                        other.flatMap(c -> measure(c, query, CHECKED_SINK, 1).total());
            }
            for (int pair = 1; pair <= pairs; pair++) {
                ours.add(measure(headrace, query, TIMED_SINK, pair));
                if (other.isPresent()) {
                    peers.add(measure(other.get(), query, TIMED_SINK, pair));
                }
            }
        } catch (UserError e) {
            failures.add(e.getMessage());
        }
        return new Report.Line(query, ours, peers, ourTotal, verdict(query, ourTotal, peersTotal), failures);
    }

    private Report.Verdict verdict(String query, Optional<Measurement.Total> ours, Optional<Measurement.Total> peers) {
        return switch (query) {
            case NOT_FLINK -> Report.Verdict.ALONE;
            case READS_THE_CLOCK -> Report.Verdict.INCOMPARABLE;
            default -> Report.compare(ours, peers);
        };
    }

    private Measurement measure(Contestant contestant, String query, String sink, int run) {
        Measurement measurement = contestant.run(task, query, sink, run);
        measured.accept(measurement);
        return measurement;
    }
}
