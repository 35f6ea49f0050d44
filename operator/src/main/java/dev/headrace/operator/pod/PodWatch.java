package dev.headrace.operator.pod;

import dev.headrace.crds.StreamJob;
import dev.headrace.operator.objects.Names;
import dev.headrace.operator.pod.ControlApi.Command;
import dev.headrace.operator.pod.ControlApi.Target;
import io.fabric8.kubernetes.api.model.Pod;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What pods tell of themselves, as a source of events: a job is decided on anew when one of its pods tells something else. Nothing
 * here waits for a pod; agents do, each for one.
 */
public final class PodWatch extends AbstractEventSource<PodSeen, StreamJob> {
    private final ControlApi api;
    private final Function<Pod, Optional<URI>> address;
    private final Clock clock;
    private final Map<String, PodAgent> agents = new ConcurrentHashMap<>();
    private volatile Predicate<Pod> known = pod -> true;

    /** @param address where a pod that runs is talked to */
    public PodWatch(ControlApi api, Function<Pod, Optional<URI>> address, Clock clock) {
        super(PodSeen.class, "pods' own state");
        this.api = api;
        this.address = address;
        this.clock = clock;
    }

    /** The address that Kubernetes gave it. */
    public static Optional<URI> podAddress(Pod pod, int port) {
        if (!Pods.runs(pod)) {
            return Optional.empty();
        }
        String ip = pod.getStatus().getPodIP();
        return Optional.of(URI.create("http://" + (ip.contains(":") ? "[" + ip + "]" : ip) + ":" + port));
    }

    /** @param known whether a pod is still there, so that agents of jobs that are gone end too */
    public void knows(Predicate<Pod> known) {
        this.known = known;
    }

    /**
     * What is known of a pod of this job; from now on it is asked.
     *
     * @param token with which; empty: it is not known to be a pod of the job, and not talked to, since whoever has the token has the job
     * @param warning what Kubernetes has said of it
     */
    public PodSeen seen(StreamJob job, Pod pod, Optional<String> token, Optional<Warning> warning) {
        String uid = pod.getMetadata().getUid();
        if (Pods.leaves(pod)) {
            end(uid);
            return new PodSeen.Leaving(Instant.parse(pod.getMetadata().getDeletionTimestamp()));
        }
        if (token.isEmpty()) {
            end(uid);
            return new PodSeen.Pending("the pod's StatefulSet is gone, or is not the job's", false);
        }
        Optional<URI> base = address.apply(pod);
        if (base.isEmpty()) {
            end(uid);
            return Pods.waits(pod, warning);
        }
        Target target = new Target(base.get(), token.get());
        return agents.compute(uid, (key, agent) -> {
                    if (agent != null && agent.alive() && agent.target().equals(target)) {
                        return agent;
                    }
                    if (agent != null) {
                        agent.end();
                    }
                    ResourceID id = ResourceID.fromResource(job);
                    return new PodAgent(
                            new PodAgent.Runs(
                                    job.getMetadata().getNamespace(),
                                    job.getMetadata().getName(),
                                    Names.revision(pod.getMetadata()).orElse("")),
                            api,
                            target,
                            clock,
                            () -> stillThere(uid, pod),
                            () -> getEventHandler().handleEvent(new Event(id)));
                })
                .seen();
    }

    private boolean stillThere(String uid, Pod pod) {
        boolean there = known.test(pod);
        if (!there) {
            agents.remove(uid);
        }
        return there;
    }

    public void ask(Pod pod, Command command) {
        Optional.ofNullable(agents.get(pod.getMetadata().getUid())).ifPresent(agent -> agent.ask(command));
    }

    /** What has become of a savepoint that the pod was asked for. */
    public SavepointState savepoint(Pod pod, String name) {
        return Optional.ofNullable(agents.get(pod.getMetadata().getUid()))
                .map(agent -> agent.savepoint(name))
                .orElse(new SavepointState.Unknown());
    }

    /** The same, of the pod of a job's revision. */
    public SavepointState savepoint(String namespace, String job, String revision, String name) {
        return of(namespace, job, revision).map(agent -> agent.savepoint(name)).orElse(new SavepointState.Unknown());
    }

    public void ask(String namespace, String job, String revision, Command command) {
        of(namespace, job, revision).ifPresent(agent -> agent.ask(command));
    }

    private Optional<PodAgent> of(String namespace, String job, String revision) {
        return agents.values().stream()
                .filter(agent -> agent.runsWhat().equals(new PodAgent.Runs(namespace, job, String.valueOf(revision))))
                .findFirst();
    }

    /** How many pods are talked to. */
    public int size() {
        return agents.size();
    }

    private void end(String uid) {
        Optional.ofNullable(agents.remove(uid)).ifPresent(PodAgent::end);
    }

    @Override
    public void stop() {
        agents.keySet().forEach(this::end);
        super.stop();
    }

    @Override
    public Set<PodSeen> getSecondaryResources(StreamJob job) {
        return Set.of();
    }
}
