package dev.headrace.operator.change;

import dev.headrace.crds.word.EventReason;
import java.util.ArrayList;
import java.util.List;

/** What is to be remembered next, and what users are told of it. */
public record Decision(JobState state, List<Told> events) {
    /** An event. */
    public record Told(EventReason reason, String message) {}

    static Decision of(JobState state) {
        return new Decision(state, List.of());
    }

    Decision then(Decision next) {
        List<Told> all = new ArrayList<>(events);
        all.addAll(next.events());
        return new Decision(next.state(), List.copyOf(all));
    }

    Decision tell(EventReason reason, String message) {
        List<Told> all = new ArrayList<>(events);
        all.add(new Told(reason, message));
        return new Decision(state, List.copyOf(all));
    }
}
