package dev.headrace.core.run;

import dev.headrace.api.connect.Source;
import dev.headrace.api.connect.Split;
import dev.headrace.api.error.UserError;
import dev.headrace.core.operator.Operator;
import dev.headrace.core.snapshot.Manifest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Finds the splits of a scan and deals them out to its workers, in turn. */
final class SplitAssigner {
    private final Source source;
    private final List<SourceInput> inputs;
    private final RunClock clock;
    private final Set<String> known = new HashSet<>();
    private final Map<String, Manifest.SplitState> saved = new HashMap<>();
    private int next;
    private long discoveredAt;

    /** @param inputs the scan in each worker */
    SplitAssigner(Source source, List<SourceInput> inputs, List<Manifest.SplitState> states, RunClock clock) {
        this.source = source;
        this.inputs = inputs;
        this.clock = clock;
        for (Manifest.SplitState state : states) {
            if (state.scan().equals(inputs.getFirst().scan())) {
                saved.put(state.split(), state);
            }
        }
        known.addAll(saved.keySet());
    }

    /** The splits at the start: those of the snapshot and those found now. */
    void start() {
        Map<String, SourceInput.SplitStart> starts = new TreeMap<>();
        saved.forEach((id, state) -> starts.put(
                id, new SourceInput.SplitStart(new Split(id, state.position()), watermark(state), state.ended())));
        for (Split split : source.discover(Set.copyOf(known))) {
            starts.putIfAbsent(split.id(), new SourceInput.SplitStart(split, Operator.NO_WATERMARK, false));
        }
        starts.values().forEach(this::assign);
        known.addAll(starts.keySet());
        discoveredAt = clock.nanos();
        inputs.forEach(SourceInput::dealt);
        if (source.isBounded() || source.discoveryIntervalMillis() <= 0) {
            inputs.forEach(SourceInput::noMoreSplits);
        }
    }

    private long watermark(Manifest.SplitState state) {
        return state.time().equals(inputs.getFirst().time()) ? state.watermark() : Operator.NO_WATERMARK;
    }

    /** Looks for new splits when it is time. */
    void discoverIfDue() {
        long interval = source.discoveryIntervalMillis();
        if (source.isBounded() || interval <= 0 || clock.nanos() - discoveredAt < interval * 1_000_000) {
            return;
        }
        discoveredAt = clock.nanos();
        List<Split> found;
        try {
            found = source.discover(Set.copyOf(known));
        } catch (UserError e) {
            // The system is away for now; the job reads on what it has, and the next discovery is soon.
            return;
        }
        for (Split split : found) {
            if (known.add(split.id())) {
                assign(new SourceInput.SplitStart(split, Operator.NO_WATERMARK, false));
            }
        }
    }

    private void assign(SourceInput.SplitStart start) {
        inputs.get(next).add(start);
        next = (next + 1) % inputs.size();
    }
}
