package dev.headrace.operator.controller;

import dev.headrace.crds.StreamJob;
import dev.headrace.operator.change.Action;
import dev.headrace.operator.change.Refused;
import dev.headrace.operator.objects.JobObjects;
import dev.headrace.operator.objects.JobRuntime;
import dev.headrace.operator.objects.RevisionObjects;
import dev.headrace.operator.pod.PodWatch;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Does what was decided. What the API server refuses is remembered until it takes it, and told in the status. */
final class Execution {
    private final PodWatch pods;
    private final JobRuntime runtime;
    private final Remembered<Refused> refused = new Remembered<>();

    Execution(PodWatch pods, JobRuntime runtime) {
        this.pods = pods;
        this.runtime = runtime;
    }

    /** @param known whether this very job is still there */
    void knows(Predicate<StreamJob> known) {
        refused.knows(known);
    }

    /** What the API server refused last time, of this job. */
    Optional<Refused> refused(StreamJob job) {
        return refused.of(job);
    }

    void forget(StreamJob job) {
        refused.forget(job);
    }

    /**
     * Does all of it that can be done: what is refused holds up nothing but the rest of its own revision's objects.
     *
     * @return what the API server refused now
     */
    List<Refused> act(
            StreamJob job,
            String target,
            List<Action> actions,
            String tokenDigest,
            Children children,
            Context<StreamJob> context) {
        Attempts attempts = new Attempts();
        for (HasMetadata wanted : JobObjects.all(job, runtime)) {
            attempts.make(Optional.empty(), () -> Writer.apply(wanted, children.like(wanted), context));
        }
        for (Action action : actions) {
            if (attempts.foreign() && begins(action, children)) {
                continue;
            }
            attempts.make(
                    Optional.of(action.revision()), () -> act(job, target, action, tokenDigest, children, context));
        }
        attempts.first().ifPresent(answer -> refused.put(job, answer));
        if (attempts.first().isEmpty() && !attempts.failed()) {
            refused.forget(job);
        }
        attempts.rethrow();
        return attempts.refused();
    }

    /** A revision without its job's account, address and policies would be half a job: none is begun, and what is there goes on. */
    private static boolean begins(Action action, Children children) {
        return action instanceof Action.Run run
                && children.statefulSet(run.revision()).isEmpty();
    }

    private void act(
            StreamJob job,
            String target,
            Action action,
            String tokenDigest,
            Children children,
            Context<StreamJob> context) {
        switch (action) {
            case Action.Run run ->
                children.parts(run.revision(), target, runtime).ifPresent(parts -> {
                    for (HasMetadata wanted :
                            RevisionObjects.all(job, parts, run.replicas(), run.origin(), run.again(), tokenDigest)) {
                        Writer.apply(wanted, children.like(wanted), context);
                    }
                });
            case Action.Remove remove -> {
                children.statefulSet(remove.revision()).ifPresent(set -> Writer.remove(set, context.getClient()));
                children.configMap(remove.revision()).ifPresent(map -> Writer.remove(map, context.getClient()));
            }
            case Action.Retire retire ->
                children.statefulSet(retire.revision()).ifPresent(set -> Writer.remove(set, context.getClient()));
            case Action.Force force ->
                children.pod(force.revision()).ifPresent(pod -> Writer.removeAtOnce(pod, context.getClient()));
            case Action.Ask ask -> children.pod(ask.revision()).ifPresent(pod -> pods.ask(pod, ask.command()));
        }
    }
}
