package dev.headrace.operator.controller;

import dev.headrace.operator.change.Farewell.Removing;
import dev.headrace.operator.pod.Pods;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Optional;

/** What has become of a pod that removes state. */
final class Removals {
    private Removals() {}

    static Removing of(Optional<Pod> pod) {
        return pod.map(it -> Pods.hasDoneItsWork(it)
                        .map(done -> done ? Removing.SUCCEEDED : Removing.FAILED)
                        .orElse(Removing.UNDER_WAY))
                .orElse(Removing.NOT_BEGUN);
    }
}
