package dev.headrace.core.upgrade;

import dev.headrace.core.snapshot.Manifest;
import dev.headrace.core.upgrade.UpgradePlan.Fate;
import dev.headrace.core.upgrade.UpgradePlan.StepChange;
import dev.headrace.core.upgrade.UpgradePlan.TableChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** An upgrade in words. */
public final class UpgradeText {
    private UpgradeText() {}

    /** Why the job must not go on from the snapshot. */
    public static Optional<String> refusal(UpgradePlan plan, Manifest manifest, OnChange onChange) {
        String changed = "the job '" + manifest.job() + "' has changed since its snapshot " + manifest.id();
        if (plan.changed() && manifest.finished()) {
            return Optional.of(changed + ", when it had read all of its input. Run it with --fresh to start anew,"
                    + " or change it back");
        }
        if (!plan.unfinished().isEmpty()) {
            return Optional.of(changed + ": it no longer writes "
                    + plan.unfinished().stream().map(TableChange::table).collect(Collectors.joining(", "))
                    + ", of which the snapshot holds output that may not be visible yet. Run the job once more as it was,"
                    + " stop it, and then change it");
        }
        if (plan.lacking().isEmpty() || onChange == OnChange.FROM_NOW) {
            return Optional.empty();
        }
        String lacking = plan.lacking().stream().map(UpgradeText::named).collect(Collectors.joining("; "));
        String wayOut =
                "Let it start empty with --set upgrade.onChange=FromNow, start anew with --fresh, or change the job"
                        + " back";
        return Optional.of(changed + ", and needs state of rows that it has read already: " + lacking + ". "
                + (onChange == OnChange.REBUILD
                        ? "Reading them again (upgrade.onChange is Rebuild) is not there yet. "
                        : "upgrade.onChange is Reject. ")
                + wayOut);
    }

    private static String named(StepChange step) {
        return step.step() + (step.why().isEmpty() ? "" : " (" + step.why() + ")");
    }

    /** In one line, what became of the state; empty where the job is what it was. */
    public static Optional<String> summary(UpgradePlan plan) {
        if (!plan.changed()) {
            return Optional.empty();
        }
        List<String> parts = new ArrayList<>();
        add(parts, "kept", plan.steps(Fate.REUSED));
        add(parts, "extended", plan.steps(Fate.EXTENDED));
        List<StepChange> empty = new ArrayList<>(plan.steps(Fate.REBUILT));
        empty.addAll(plan.steps(Fate.NEW));
        add(parts, "starting empty", empty);
        add(parts, "dropped", plan.steps(Fate.DROPPED));
        return Optional.of(parts.isEmpty() ? "no step keeps state" : "state " + String.join("; ", parts));
    }

    private static void add(List<String> parts, String what, List<StepChange> steps) {
        if (!steps.isEmpty()) {
            parts.add(what + ": " + steps.stream().map(StepChange::step).collect(Collectors.joining(", ")));
        }
    }

    /** All of it, a line each. */
    public static List<String> lines(UpgradePlan plan) {
        List<String> lines = new ArrayList<>();
        for (StepChange step : plan.steps()) {
            String what = switch (step.fate()) {
                case REUSED -> "reuse    ";
                case EXTENDED -> "extend   ";
                case NEW -> "new      ";
                case REBUILT -> "rebuild  ";
                case DROPPED -> "drop     ";
            };
            String why = switch (step.fate()) {
                case EXTENDED -> ": " + step.why() + " without the rows read so far";
                case REBUILT -> step.why().isEmpty() ? ": the snapshot has no such state" : ": " + step.why();
                case NEW -> ": reads only what is read from its start";
                case REUSED, DROPPED -> "";
            };
            lines.add(what + step.step() + why);
        }
        for (TableChange source : plan.sources()) {
            lines.add("source   " + source.table()
                    + switch (source.use()) {
                        case KEPT -> ": goes on where it was, splits: " + source.count();
                        case NEW -> ": starts as its options say";
                        case DROPPED -> ": no longer read";
                    });
        }
        for (TableChange sink : plan.sinks()) {
            lines.add("sink     " + sink.table()
                    + switch (sink.use()) {
                        case KEPT -> ": goes on";
                        case NEW -> ": gets what is emitted from now on";
                        case DROPPED ->
                            ": no longer written" + (sink.count() > 0 ? ", with output not made visible" : "");
                    });
        }
        return lines;
    }
}
