package dev.headrace.crds;

import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** A savepoint of a job that a person or the job's schedule asked for. */
@Group(StreamJob.GROUP)
@Version(StreamJob.VERSION)
@Kind(Snapshot.KIND)
@ShortNames("snap")
@ValidationRule(
        value = "self.metadata.name.size() <= 63 && self.metadata.name.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",
        message = "the name has at most 63 small letters, digits and dashes, and neither begins nor ends with a dash")
public final class Snapshot extends CustomResource<SnapshotSpec, SnapshotStatus> implements Namespaced {
    private static final long serialVersionUID = 1;

    public static final String KIND = "Snapshot";
}
