package dev.headrace.operator.job;

import dev.headrace.crds.Durations;
import dev.headrace.crds.PodTemplate;
import dev.headrace.crds.StreamJob;
import dev.headrace.crds.StreamJobSpec;
import dev.headrace.crds.StreamJobSpec.AutoscaleMode;
import dev.headrace.crds.StreamJobSpec.DeletionPolicy;
import dev.headrace.crds.StreamJobSpec.OnChange;
import dev.headrace.crds.StreamJobSpec.RunState;
import dev.headrace.crds.StreamJobSpec.Strategy;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a StreamJob asks for, with the defaults filled in, as far as the operator itself heeds it.
 *
 * @param refusals why it cannot be run, a sentence each; empty: it can, as far as is known without planning it
 */
public record JobSpec(
        RunState state,
        DeletionPolicy deletionPolicy,
        Strategy strategy,
        Duration deadline,
        Duration rollbackWindow,
        Optional<Cron> schedule,
        int retainCount,
        Optional<Duration> retainAge,
        List<String> refusals) {
    private static final int RETAIN_COUNT = 10;
    private static final BigDecimal MOST_CORES = BigDecimal.valueOf(4096);
    private static final Duration DEADLINE = Duration.ofMinutes(10);
    private static final Duration ROLLBACK_WINDOW = Duration.ofHours(1);

    public static JobSpec of(StreamJob job) {
        StreamJobSpec spec = job.getSpec();
        List<String> refusals = new ArrayList<>();
        notYet(spec, refusals);
        impossible(spec, refusals);
        RunState state = word(RunState.values(), "state", spec.state(), RunState.Running, refusals);
        DeletionPolicy policy =
                word(DeletionPolicy.values(), "deletionPolicy", spec.deletionPolicy(), DeletionPolicy.Retain, refusals);
        Optional<StreamJobSpec.Upgrade> upgrade = Optional.ofNullable(spec.upgrade());
        Strategy strategy = word(
                Strategy.values(),
                "upgrade.strategy",
                upgrade.map(StreamJobSpec.Upgrade::strategy).orElse(null),
                Strategy.Restart,
                refusals);
        word(
                OnChange.values(),
                "upgrade.onChange",
                upgrade.map(StreamJobSpec.Upgrade::onChange).orElse(null),
                OnChange.Rebuild,
                refusals);
        Optional<StreamJobSpec.Retention> retain =
                Optional.ofNullable(spec.snapshots().retain());
        return new JobSpec(
                state,
                policy,
                strategy,
                upgrade.map(StreamJobSpec.Upgrade::deadline)
                        .flatMap(Durations::parse)
                        .orElse(DEADLINE),
                upgrade.map(StreamJobSpec.Upgrade::rollbackWindow)
                        .flatMap(Durations::parse)
                        .orElse(ROLLBACK_WINDOW),
                schedule(spec, refusals),
                retain.map(StreamJobSpec.Retention::count).orElse(RETAIN_COUNT),
                retain.map(StreamJobSpec.Retention::age).flatMap(Durations::parse),
                List.copyOf(refusals));
    }

    private static void notYet(StreamJobSpec spec, List<String> refusals) {
        if (spec.java() != null) {
            refusals.add("'spec.java' is not supported yet; write the job in 'spec.sql'");
        }
        if (spec.sqlFrom() != null) {
            refusals.add("'spec.sqlFrom' is not supported yet; write the job in 'spec.sql'");
        }
        if (spec.replicas() != null && spec.replicas() > 1) {
            refusals.add("'spec.replicas' is " + spec.replicas()
                    + ", but a job runs in one pod for now; give that pod more in"
                    + " 'spec.resources', and set 'spec.replicas' to 1");
        }
        if (spec.autoscale() != null
                && spec.autoscale().mode() != null
                && !spec.autoscale().mode().equals(AutoscaleMode.Off.name())) {
            refusals.add("'spec.autoscale.mode' is " + spec.autoscale().mode()
                    + ", but there is no autoscaling yet; set it to Off");
        }
    }

    /** What the definition of StreamJobs lets pass, and no pod can be made of. */
    private static void impossible(StreamJobSpec spec, List<String> refusals) {
        Optional.ofNullable(spec.podTemplate()).map(PodTemplate::affinity).ifPresent(affinity -> {
            try {
                Affinities.read(affinity);
            } catch (IllegalArgumentException e) {
                refusals.add(e.getMessage());
            }
        });
        Optional.ofNullable(spec.resources())
                .map(StreamJobSpec.Resources::cpu)
                .filter(cpu -> Quantity.getAmountInBytes(Quantity.parse(cpu)).compareTo(MOST_CORES) > 0)
                .ifPresent(cpu -> refusals.add(
                        "'spec.resources.cpu' is " + cpu + ", but a pod takes " + MOST_CORES + " cores at most"));
    }

    private static Optional<Cron> schedule(StreamJobSpec spec, List<String> refusals) {
        if (spec.snapshots().schedule() == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Cron.parse(spec.snapshots().schedule()));
        } catch (IllegalArgumentException e) {
            refusals.add("'spec.snapshots.schedule': " + e.getMessage());
            return Optional.empty();
        }
    }

    /** The definition in the API server may be newer than this operator, and know more words. */
    private static <E extends Enum<E>> E word(
            E[] words, String field, String text, E otherwise, List<String> refusals) {
        if (text == null) {
            return otherwise;
        }
        return Arrays.stream(words)
                .filter(word -> word.name().equals(text))
                .findFirst()
                .orElseGet(() -> {
                    refusals.add("'spec." + field + "' is '" + text + "', which this operator does not know; it knows "
                            + Arrays.toString(words) + ". Install a newer operator, or change it");
                    return otherwise;
                });
    }
}
