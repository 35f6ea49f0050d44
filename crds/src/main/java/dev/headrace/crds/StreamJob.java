package dev.headrace.crds;

import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * A streaming job: SQL that keeps state, and emits each result exactly once. Its name is part of the names of the objects
 * that run it: a name of a Service, and with a revision behind it the value of a label.
 */
@Group(StreamJob.GROUP)
@Version(StreamJob.VERSION)
@Kind(StreamJob.KIND)
@ShortNames("sjob")
@ValidationRule(
        value = "self.metadata.name.size() <= 40 && self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
        message =
                "the name has at most 40 small letters, digits and dashes, begins with a letter and does not end with a dash")
public final class StreamJob extends CustomResource<StreamJobSpec, StreamJobStatus> implements Namespaced {
    private static final long serialVersionUID = 1;

    public static final String GROUP = "headrace.dev";
    public static final String VERSION = "v1alpha1";
    public static final String KIND = "StreamJob";
}
