package dev.headrace.operator.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.crds.StreamJob;
import dev.headrace.operator.Jobs;
import dev.headrace.operator.objects.Names;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChildrenTest {
    private static final StreamJob JOB = Jobs.job("");

    /** The job has the StatefulSet {@code orders-A} of uid {@code set}; another, {@code left}, is of no job any more. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            quoteCharacter = '`',
            value = {
                // pod       | its controller             | runs the job | is talked to
                "orders-A-0 | StatefulSet orders-A set   | true         | true",
                "orders-A-0 | StatefulSet orders-A gone  | true         | false",
                "orders-A-0 | StatefulSet orders-A left  | true         | false",
                "orders-A-1 | StatefulSet orders-A set   | false        | false",
                "liar       | StatefulSet orders-A gone  | false        | false",
                "orders-A-0 | StatefulSet other set2     | false        | false",
                "orders-A-0 | ReplicaSet orders-A set2   | false        | false",
                "orders-A-0 | StreamJob orders job       | false        | false",
                "orders-A-0 | -                          | false        | false",
            })
    void a_pod_runs_the_job_by_its_owner_and_not_by_its_labels(
            String name, String controller, boolean runs, boolean trusted) {
        Pod pod = new PodBuilder()
                .withMetadata(meta(name, "pod", controller)
                        .withLabels(Names.labels("orders", "A"))
                        .build())
                .build();
        Children children = new Children(
                JOB, FakeContext.of(pod, set("set", "StreamJob orders job"), set("left", "StreamJob orders before")));
        assertThat(children.pods().toList()).hasSize(runs ? 1 : 0);
        assertThat(children.revisions()).contains("A");
        assertThat(children.pod("A").isPresent()).isEqualTo(runs);
        assertThat(children.isTrusted(pod)).isEqualTo(trusted);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "StreamJob orders job    | true",
                "StreamJob orders before | false",
                "-                       | false",
            })
    void a_pod_works_in_storage_for_the_job_that_owns_it(String controller, boolean works) {
        Pod pod = new PodBuilder()
                .withMetadata(meta("orders-removal", "pod", controller)
                        .withLabels(Map.of(Names.NAME, Names.STORAGE, Names.JOB, "orders"))
                        .build())
                .build();
        Children children = new Children(JOB, FakeContext.of(pod));
        assertThat(children.named(Pod.class, "orders-removal").isPresent()).isEqualTo(works);
        assertThat(children.pods()).isEmpty();
    }

    private static StatefulSet set(String uid, String controller) {
        return new StatefulSetBuilder()
                .withMetadata(meta("orders-A", uid, controller)
                        .withLabels(Names.labels("orders", "A"))
                        .build())
                .build();
    }

    /** @param controller {@code KIND NAME UID}, {@code job} for the uid of the job */
    private static ObjectMetaBuilder meta(String name, String uid, String controller) {
        ObjectMetaBuilder meta =
                new ObjectMetaBuilder().withName(name).withNamespace("shop").withUid(uid);
        Optional.ofNullable(controller)
                .map(text -> text.split(" "))
                .ifPresent(words -> meta.addNewOwnerReference()
                        .withKind(words[0])
                        .withName(words[1])
                        .withUid(words[2].equals("job") ? JOB.getMetadata().getUid() : words[2])
                        .withController(true)
                        .endOwnerReference());
        return meta;
    }
}
