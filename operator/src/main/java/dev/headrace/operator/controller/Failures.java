package dev.headrace.operator.controller;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.RetryInfo;
import java.util.Objects;
import java.util.Optional;

/**
 * What users are told of a reconciliation that failed: any failure at once, but for those of the API server, which mostly pass, when
 * they last. That somebody else wrote meanwhile is none.
 */
final class Failures {
    private static final int LASTS = 3;
    private static final int CONFLICT = 409;
    private static final int LONGEST = 500;

    private Failures() {}

    /** @param attempt from 1 */
    static Optional<String> told(Throwable failure, int attempt) {
        Optional<KubernetesClientException> refusal = refusal(failure);
        if (refusal.isPresent()) {
            return refusal.get().getCode() == CONFLICT || attempt < LASTS
                    ? Optional.empty()
                    : Optional.of(told(sentence(refusal.get())));
        }
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return Optional.of(told(
                Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName())));
    }

    /** Which attempt at a reconciliation has failed, from 1. */
    static int attempt(Context<?> context) {
        return context.getRetryInfo().map(RetryInfo::getAttemptCount).orElse(0) + 1;
    }

    private static String told(String error) {
        String line = error.lines().findFirst().orElse("").strip();
        return "the operator failed at it, and tries again: "
                + (line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line)
                + "; its log has more";
    }

    /** What the API server said, which names the object and the field. */
    static String sentence(KubernetesClientException e) {
        return Optional.ofNullable(e.getStatus())
                .map(status -> status.getMessage())
                .orElse(String.valueOf(e.getMessage()));
    }

    /** What the API server answered, where it is that which failed. */
    static Optional<KubernetesClientException> refusal(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof KubernetesClientException refusal) {
                return Optional.of(refusal);
            }
        }
        return Optional.empty();
    }
}
