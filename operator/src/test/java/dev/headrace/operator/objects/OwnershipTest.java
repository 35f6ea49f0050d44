package dev.headrace.operator.objects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.operator.Jobs;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OwnershipTest {
    private static final Service WANTED = JobObjects.service(Jobs.job(""));

    /** Labels as the operator writes them, or {@code managed by} somebody; the controller as {@code KIND NAME UID}. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            quoteCharacter = '`',
            value = {
                // labels | controller | why it is not ours
                "ours     | StreamJob orders same   | -",
                "-        | StreamJob orders same   | -",
                "ours     | StreamJob orders other  | -",
                "ours     | -                       | -",
                "ours     | Deployment web other    | it belongs to Deployment 'web'",
                "ours     | StreamJob sales other   | it belongs to StreamJob 'sales'",
                "-        | StreamJob orders other  | it belongs to StreamJob 'orders'",
                "-        | -                       | somebody else has made it",
                "another  | -                       | it is managed by headrace-operator",
                "Helm     | -                       | it is managed by Helm",
            })
    void an_object_is_ours_or_it_is_said_whose(String labels, String controller, String why) {
        assertThat(Ownership.foreign(found(labels, controller), WANTED))
                .isEqualTo(Optional.ofNullable(why)
                        .map(text -> "there is a Service 'orders' already that is not of StreamJob 'orders': " + text
                                + "; it is left alone. Remove it, or give the StreamJob another name"));
    }

    private static Service found(String labels, String controller) {
        ObjectMetaBuilder meta = new ObjectMetaBuilder().withName("orders");
        if (labels != null) {
            meta.withLabels(
                    switch (labels) {
                        case "ours" -> Names.labels("orders");
                        case "another" -> Names.labels("sales");
                        default -> Map.of(Names.MANAGED_BY, labels);
                    });
        }
        if (controller != null) {
            String[] words = controller.split(" ");
            meta.addNewOwnerReference()
                    .withKind(words[0])
                    .withName(words[1])
                    .withUid(
                            words[2].equals("same")
                                    ? WANTED.getMetadata()
                                            .getOwnerReferences()
                                            .getFirst()
                                            .getUid()
                                    : words[2])
                    .withController(true)
                    .endOwnerReference();
        }
        return new ServiceBuilder().withMetadata(meta.build()).build();
    }
}
