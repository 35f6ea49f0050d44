package dev.headrace.operator.controller;

import dev.headrace.crds.StreamJob;
import dev.headrace.crds.StreamJobSpec.DeletionPolicy;
import dev.headrace.operator.job.JobSpec;
import io.javaoperatorsdk.operator.api.reconciler.Context;

/**
 * Holds a StreamJob until its deletion policy is carried out. One whose state is retained, which is the default, has none: it goes
 * at once, also where no operator runs any more.
 */
final class Finalizer {
    static final String NAME = "headrace.dev/state";

    private Finalizer() {}

    static boolean wanted(StreamJob job) {
        return JobSpec.of(job).deletionPolicy() != DeletionPolicy.Retain;
    }

    static boolean differs(StreamJob job) {
        return wanted(job) != job.hasFinalizer(NAME);
    }

    static void set(StreamJob job, Context<StreamJob> context) {
        if (wanted(job)) {
            context.resourceOperations().addFinalizer(NAME);
        } else {
            context.resourceOperations().removeFinalizer(NAME);
        }
    }
}
