package dev.headrace.operator.controller;

import dev.headrace.crds.word.EventReason;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Tells users what happens, in events of the resource that it happens to: the same at most once in five minutes, and of one resource not
 * more than twenty in ten, whichever controller tells, but for those of a reason that was told a few times only. All is in the log. An
 * event that cannot be written is lost.
 */
public final class Events {
    private static final Logger LOG = Logger.getLogger(Events.class);
    private static final Duration SAME = Duration.ofMinutes(5);
    private static final Duration WINDOW = Duration.ofMinutes(10);
    private static final int MOST = 20;
    /** So often a reason is told in any case: what seldom happens is not to be missed for what happens all the time. */
    private static final int FEW = 3;

    private static final int LONGEST = 1000;

    private static final DateTimeFormatter MICROS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'");
    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'");

    private final KubernetesClient client;
    private final Clock clock;
    private final String instance;
    private final Limits limits = new Limits();

    private record Entry(Instant at, EventReason reason, String message) {}

    /** @param instance the pod of the operator that tells */
    public Events(KubernetesClient client, Clock clock, String instance) {
        this.client = client;
        this.clock = clock;
        this.instance = instance;
    }

    void tell(HasMetadata about, EventReason reason, String message) {
        String text = message.length() > LONGEST ? message.substring(0, LONGEST) + "…" : message;
        LOG.infof(
                "%s %s/%s: %s: %s",
                about.getKind(),
                about.getMetadata().getNamespace(),
                about.getMetadata().getName(),
                reason,
                text);
        Instant now = clock.instant();
        if (!limits.admit(about.getMetadata().getUid(), reason, text, now)) {
            return;
        }
        Event event = event(about, reason, text, now, instance);
        Thread.startVirtualThread(() -> {
            try {
                client.v1().events().resource(event).create();
            } catch (KubernetesClientException e) {
                LOG.warnf("event %s could not be written: %s", reason, e.getMessage());
            }
        });
    }

    static Event event(HasMetadata about, EventReason reason, String text, Instant now, String instance) {
        var at = now.atOffset(ZoneOffset.UTC);
        // The group events.k8s.io takes none with the times by which kubectl sorts.
        return new EventBuilder()
                .withNewMetadata()
                .withGenerateName(about.getMetadata().getName() + "-")
                .withNamespace(about.getMetadata().getNamespace())
                .endMetadata()
                .withEventTime(new MicroTime(MICROS.format(at)))
                .withFirstTimestamp(SECONDS.format(at))
                .withLastTimestamp(SECONDS.format(at))
                .withCount(1)
                .withNewInvolvedObject()
                .withApiVersion(about.getApiVersion())
                .withKind(about.getKind())
                .withName(about.getMetadata().getName())
                .withNamespace(about.getMetadata().getNamespace())
                .withUid(about.getMetadata().getUid())
                .endInvolvedObject()
                .withType(reason.warning() ? "Warning" : "Normal")
                .withReason(reason.name())
                .withAction(reason.name())
                .withMessage(text)
                .withReportingComponent("headrace.dev/operator")
                .withReportingInstance(instance)
                .build();
    }

    /** What has been told of late, of each resource: of those alone of which something was told in the last two windows. */
    static final class Limits {
        private final Map<String, Deque<Entry>> last = new ConcurrentHashMap<>();
        private volatile Instant swept = Instant.EPOCH;

        boolean admit(String uid, EventReason reason, String message, Instant now) {
            sweep(now);
            Deque<Entry> entries = last.computeIfAbsent(uid, key -> new ArrayDeque<>());
            synchronized (entries) {
                entries.removeIf(entry -> !entry.at().isAfter(now.minus(WINDOW)));
                boolean same = !isNews(entries, reason)
                        && entries.stream()
                                .anyMatch(entry -> entry.reason() == reason
                                        && entry.message().equals(message)
                                        && entry.at().isAfter(now.minus(SAME)));
                boolean often = entries.size() >= MOST
                        && entries.stream()
                                        .filter(entry -> entry.reason() == reason)
                                        .count()
                                >= FEW;
                if (same || often) {
                    return false;
                }
                entries.addLast(new Entry(now, reason, message));
                return true;
            }
        }

        /** That a job fails again which had recovered, be it for the same reason. */
        private static boolean isNews(Deque<Entry> entries, EventReason reason) {
            Iterator<Entry> back = entries.descendingIterator();
            while (reason == EventReason.JobFailed && back.hasNext()) {
                EventReason last = back.next().reason();
                if (last == EventReason.JobFailed || last == EventReason.JobRecovered) {
                    return last == EventReason.JobRecovered;
                }
            }
            return false;
        }

        private void sweep(Instant now) {
            if (now.isBefore(swept.plus(WINDOW))) {
                return;
            }
            swept = now;
            last.values().removeIf(entries -> {
                synchronized (entries) {
                    return entries.stream().noneMatch(entry -> entry.at().isAfter(now.minus(WINDOW)));
                }
            });
        }

        void forget(String uid) {
            last.remove(uid);
        }

        int size() {
            return last.size();
        }
    }

    void forget(String uid) {
        limits.forget(uid);
    }
}
