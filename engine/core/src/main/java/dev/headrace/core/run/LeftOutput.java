package dev.headrace.core.run;

import dev.headrace.api.connect.Sink;
import dev.headrace.api.error.UserError;
import dev.headrace.core.snapshot.Manifest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The output of the snapshot that a process starts from, as the process before left it: made visible, or prepared, or lost
 * because a system gave it up. Output that is lost in part and visible in part is called torn.
 */
final class LeftOutput {
    /** The setting that says what to do about torn output. */
    static final String SETTING = "execution.lost-output";

    private final Manifest manifest;
    private final Map<String, Sink> sinks;
    private final Map<String, List<Sink.Fate>> fates = new LinkedHashMap<>();

    LeftOutput(Manifest manifest, Map<String, Sink> sinks) {
        this.manifest = manifest;
        this.sinks = sinks;
        sinks.forEach((identity, sink) -> {
            List<byte[]> committables = manifest.committables(identity);
            fates.put(identity, isSettled() || committables.isEmpty() ? List.of() : sink.fates(committables));
        });
    }

    /** Whether all of it was made visible long ago. */
    private boolean isSettled() {
        return manifest.kind() == Manifest.Kind.RETURN;
    }

    /** What the user wants done about torn output. */
    enum Torn {
        /** Nothing: the job stops. */
        STOP,
        /** All of it is written again, what is visible for the second time. */
        REPEAT,
        /** The job goes on without what is lost. */
        LEAVE;

        static Torn of(Map<String, String> settings) {
            String value = settings.getOrDefault(SETTING, "stop");
            for (Torn torn : values()) {
                if (torn.name().toLowerCase(Locale.ROOT).equals(value)) {
                    return torn;
                }
            }
            throw UserError.request("'" + SETTING + "' is '" + value + "', but takes 'stop', 'repeat' or 'leave'");
        }
    }

    /** What to do. */
    enum Step {
        /** What is not visible is made so. */
        COMMIT,
        /** The job goes back to the snapshot before, and writes all of it again. */
        GO_BACK,
        /** What is not lost is made visible. */
        LEAVE,
        STOP
    }

    static Step step(List<Sink.Fate> fates, Torn torn) {
        if (fates.stream().noneMatch(Sink.Fate.Lost.class::isInstance)) {
            return Step.COMMIT;
        }
        if (fates.stream().noneMatch(Sink.Fate.Visible.class::isInstance)) {
            return Step.GO_BACK;
        }
        return switch (torn) {
            case STOP -> Step.STOP;
            case REPEAT -> Step.GO_BACK;
            case LEAVE -> Step.LEAVE;
        };
    }

    Step step(Torn torn) {
        return step(all(), torn);
    }

    private List<Sink.Fate> all() {
        return fates.values().stream().flatMap(List::stream).toList();
    }

    /** Makes visible what can be, and has the sinks take up their work. */
    void commit() {
        sinks.forEach((identity, sink) -> {
            List<byte[]> committables = manifest.committables(identity);
            if (isSettled()) {
                sink.resume(committables);
            } else {
                sink.recover(without(Sink.Fate.Lost.class, committables, fates.get(identity)));
            }
        });
    }

    /** Makes sure that what is not visible never will be. */
    void withdraw() {
        sinks.forEach((identity, sink) ->
                sink.withdraw(without(Sink.Fate.Visible.class, manifest.committables(identity), fates.get(identity))));
    }

    private static List<byte[]> without(
            Class<? extends Sink.Fate> fate, List<byte[]> committables, List<Sink.Fate> fates) {
        List<byte[]> left = new ArrayList<>();
        for (int i = 0; i < committables.size(); i++) {
            if (!fate.isInstance(fates.get(i))) {
                left.add(committables.get(i));
            }
        }
        return left;
    }

    /** Says what is lost, and why. */
    String loss() {
        return all().stream()
                .filter(Sink.Fate.Lost.class::isInstance)
                .map(f -> ((Sink.Fate.Lost) f).why())
                .distinct()
                .collect(Collectors.joining("; "));
    }

    /** What is said when a job with torn output stops. */
    UserError torn() {
        return UserError.job(loss() + ". Another part of the output of snapshot " + manifest.id() + " is visible, so"
                + " going back to the snapshot before would write that twice. Run the job with --set " + SETTING
                + "=repeat to do so, or with --set " + SETTING + "=leave to go on without the rows that are lost");
    }
}
