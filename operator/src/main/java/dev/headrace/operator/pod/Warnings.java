package dev.headrace.operator.pod;

import dev.headrace.crds.StreamJob;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * What Kubernetes says of objects that stand still: it is in events alone. They are asked for while an object stands still, and only
 * those of that object, in a virtual thread of its own: a cluster in which all is well is asked for none. Nor is one asked for those of a
 * job that is not known any more.
 */
public final class Warnings extends AbstractEventSource<Warning, StreamJob> {
    private static final Logger LOG = Logger.getLogger(Warnings.class);

    /** Most objects have moved on by then. */
    private static final Duration FIRST = Duration.ofSeconds(2);

    private static final Duration EVERY = Duration.ofSeconds(10);

    private final KubernetesClient client;
    private final Duration first;
    private final Duration every;
    private final Map<String, Map<String, Asker>> askers = new ConcurrentHashMap<>();
    private volatile Predicate<StreamJob> known = job -> true;

    public Warnings(KubernetesClient client) {
        this(client, FIRST, EVERY);
    }

    Warnings(KubernetesClient client, Duration first, Duration every) {
        super(Warning.class, "warnings of objects that stand still");
        this.client = client;
        this.first = first;
        this.every = every;
    }

    /** @param known whether this very job is still there: that its namespace is not watched any more nobody tells */
    public void knows(Predicate<StreamJob> known) {
        this.known = known;
    }

    /** What is known by uid. From now on these objects of the job are asked about, and no others. */
    public Map<String, Warning> of(StreamJob job, List<HasMetadata> still) {
        String uid = job.getMetadata().getUid();
        if (still.isEmpty()) {
            forget(uid);
            return Map.of();
        }
        Map<String, Asker> asked = askers.compute(uid, (key, before) -> {
            Map<String, Asker> now = before == null ? new HashMap<>() : new HashMap<>(before);
            Set<String> wanted =
                    still.stream().map(object -> object.getMetadata().getUid()).collect(Collectors.toSet());
            now.entrySet().removeIf(entry -> {
                boolean moves = !wanted.contains(entry.getKey());
                if (moves) {
                    entry.getValue().end();
                }
                return moves;
            });
            for (HasMetadata object : still) {
                now.computeIfAbsent(object.getMetadata().getUid(), any -> new Asker(job, object));
            }
            return now;
        });
        Map<String, Warning> told = new HashMap<>();
        asked.forEach((object, asker) -> asker.told.ifPresent(warning -> told.put(object, warning)));
        return told;
    }

    /** @param uid of a job */
    public void forget(String uid) {
        Optional.ofNullable(askers.remove(uid)).ifPresent(all -> all.values().forEach(asker -> asker.end()));
    }

    /** Of how many jobs objects are asked about. */
    int size() {
        return askers.size();
    }

    /** Asks about one object until it is ended. */
    private final class Asker {
        private final StreamJob job;
        private final HasMetadata object;
        private final Thread thread;
        private volatile Optional<Warning> told = Optional.empty();
        private volatile boolean ended;

        Asker(StreamJob job, HasMetadata object) {
            this.job = job;
            this.object = object;
            thread = Thread.ofVirtual()
                    .name("warnings-" + object.getMetadata().getName())
                    .start(this::run);
        }

        private void run() {
            try {
                Thread.sleep(first);
                while (!ended && known.test(job)) {
                    look();
                    Thread.sleep(every);
                }
                if (!ended) {
                    forget(job.getMetadata().getUid());
                }
            } catch (InterruptedException e) {
                // Ended.
            }
        }

        void end() {
            ended = true;
            thread.interrupt();
        }

        private void look() {
            try {
                Optional<Warning> found = Warning.latest(client.events()
                        .v1()
                        .events()
                        .inNamespace(object.getMetadata().getNamespace())
                        .withField("regarding.uid", object.getMetadata().getUid())
                        .withField("type", "Warning")
                        .list()
                        .getItems());
                boolean news = !found.equals(told);
                told = found;
                if (news && !ended) {
                    getEventHandler().handleEvent(new Event(ResourceID.fromResource(job)));
                }
            } catch (KubernetesClientException e) {
                LOG.debugf(
                        "events of %s cannot be read: %s", object.getMetadata().getName(), e.getMessage());
            }
        }
    }

    @Override
    public void stop() {
        List.copyOf(askers.keySet()).forEach(this::forget);
        super.stop();
    }

    @Override
    public Set<Warning> getSecondaryResources(StreamJob job) {
        return Set.of();
    }
}
