package dev.headrace.operator.controller;

import dev.headrace.operator.change.Refused;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Several things to be done, each whatever comes of the others: what the API server refuses is collected, and any other failure is kept
 * for the end. Only where there is no API server nothing more is tried.
 */
final class Attempts {
    private static final int CONFLICT = 409;

    /** How admission webhooks and policies refuse, whatever their code. */
    private static final Pattern POLICY = Pattern.compile("denied (the )?request");

    private final List<Refused> refused = new ArrayList<>();
    private Optional<RuntimeException> failure = Optional.empty();
    private boolean away;
    private boolean foreign;

    /** @param revision whose object it is about; empty: the job's */
    void make(Optional<String> revision, Runnable step) {
        if (away) {
            return;
        }
        try {
            step.run();
        } catch (ForeignException e) {
            foreign |= revision.isEmpty();
            refused.add(new Refused(e.getMessage(), false, revision));
        } catch (RuntimeException e) {
            Optional<KubernetesClientException> answer = Failures.refusal(e);
            int code = answer.map(KubernetesClientException::getCode).orElse(0);
            if (code / 100 == 4 && code != CONFLICT) {
                refused.add(refused(answer.get(), revision));
            } else {
                failure = failure.or(() -> Optional.of(e));
                away = answer.isPresent() && code == 0;
            }
        }
    }

    private static Refused refused(KubernetesClientException answer, Optional<String> revision) {
        String sentence = Failures.sentence(answer);
        boolean malformed = answer.getCode() == 400 || answer.getCode() == 422;
        return new Refused(sentence, malformed && !POLICY.matcher(sentence).find(), revision);
    }

    List<Refused> refused() {
        return List.copyOf(refused);
    }

    /** The refusal that counts: the first of a revision that can never be, or else the first. */
    Optional<Refused> first() {
        return refused.stream()
                .filter(answer -> answer.forGood() && answer.revision().isPresent())
                .findFirst()
                .or(() -> refused.stream().findFirst());
    }

    /** Whether somebody else has an object of the name of one that all revisions share. */
    boolean foreign() {
        return foreign;
    }

    boolean failed() {
        return failure.isPresent();
    }

    void rethrow() {
        if (failure.isPresent()) {
            throw failure.get();
        }
    }
}
