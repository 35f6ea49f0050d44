package dev.headrace.operator.pod;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.Optional;

/** What has become of a pod that is to do one thing in storage. */
public enum Work {
    NOT_BEGUN,
    UNDER_WAY,
    SUCCEEDED,
    FAILED;

    /** @param pod empty: nobody has made it, or it is gone */
    public static Work of(Optional<Pod> pod) {
        return pod.map(it -> Pods.hasDoneItsWork(it)
                        .map(done -> done ? SUCCEEDED : FAILED)
                        .orElse(UNDER_WAY))
                .orElse(NOT_BEGUN);
    }
}
