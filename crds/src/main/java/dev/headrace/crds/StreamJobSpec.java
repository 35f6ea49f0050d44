package dev.headrace.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.SchemaFrom;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.model.annotation.SpecReplicas;
import java.util.List;

/**
 * What a user wrote: what is absent is null. Defaults are the operator's, so that no default in the API server makes two
 * specs differ.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "[has(self.sql), has(self.sqlFrom), has(self.java)].filter(given, given).size() == 1",
        message = "a job is given by exactly one of sql, sqlFrom and java")
@ValidationRule(
        value = "self.snapshots.storage == oldSelf.snapshots.storage"
                + " || has(self.restoreFrom) && (!has(oldSelf.restoreFrom) || self.restoreFrom != oldSelf.restoreFrom)"
                + " || (has(self.upgrade) && has(self.upgrade.strategy) && self.upgrade.strategy == 'Fresh')",
        message =
                "the state of the job is in snapshots.storage: with another storage, say anew in restoreFrom what it goes on from, or"
                        + " set upgrade.strategy to Fresh to begin with empty state")
public record StreamJobSpec(
        @JsonPropertyDescription("The statements of the job, in Flink's dialect.") @Size(min = 1, max = 131072)
        String sql,

        @JsonPropertyDescription("The ConfigMap that holds the statements.")
        SqlFrom sqlFrom,

        @JsonPropertyDescription("A job written in Java.") JavaJob java,

        @JsonPropertyDescription("Pods of the job. Default: 1.") @Min(1) @Max(1024) @SpecReplicas
        Integer replicas,

        @JsonPropertyDescription("What each pod gets.") Resources resources,

        @JsonPropertyDescription("Where and when the job's state is kept.") @Required
        Snapshots snapshots,

        @JsonPropertyDescription("State that the job begins with; heeded whenever it changes.")
        RestoreFrom restoreFrom,

        @JsonPropertyDescription("How a change of the job is brought in.")
        Upgrade upgrade,

        @JsonPropertyDescription("How the number of pods follows the load.")
        Autoscale autoscale,

        @JsonPropertyDescription(
                "Suspended: no pod; the state stays in storage, and the job goes on from it. Default: Running.")
        @SchemaFrom(type = RunState.class)
        String state,

        @JsonPropertyDescription(
                "What becomes of the state when the StreamJob is deleted. Retain: it stays as it is; Snapshot: a last"
                        + " savepoint is taken, and stays; Delete: it is removed. Default: Retain.")
        @SchemaFrom(type = DeletionPolicy.class)
        String deletionPolicy,

        @JsonPropertyDescription("Variables for ${env:NAME} in options. Secrets come by reference only.")
        @Size(max = 100)
        List<EnvVariable> env,

        @JsonPropertyDescription("Secrets and ConfigMaps all of whose keys become variables.") @Size(max = 20)
        List<EnvSource> envFrom,

        @JsonPropertyDescription("Default: one of the job's own, without rights.") @Size(min = 1, max = 253)
        String serviceAccountName,

        @JsonPropertyDescription("Default: the runtime that came with the operator when the revision was made.")
        @Size(min = 1, max = 512)
        String image,

        @JsonPropertyDescription("Labels, annotations and scheduling of the pods.")
        PodTemplate podTemplate) {

    /** Where a job's statements are kept. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record SqlFrom(
            @Required @Size(min = 1, max = 253) String configMap,
            @Required @Size(min = 1, max = 253) String key) {}

    /** A job in a jar. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record JavaJob(
            @Required @Size(min = 1, max = 1024) String jar,
            @Required @Size(min = 1, max = 512) String mainClass,

            @Size(max = 100) List<@Size(max = 1024) String> args) {}

    /** Of one pod, in Kubernetes' spelling. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value = "!has(self.memory) || quantity(self.memory).compareTo(quantity('320Mi')) >= 0",
            message = "memory is at least 320Mi")
    @ValidationRule(
            value = "!has(self.disk) || quantity(self.disk).compareTo(quantity('256Mi')) >= 0",
            message = "disk is at least 256Mi")
    public record Resources(
            @JsonPropertyDescription(
                    "Cores that each pod is sure to have, such as 2 or 500m; rounded up, its threads. Default: 1.")
            @SchemaFrom(type = IntOrString.class)
            @Size(max = 20)
            @Pattern("^([0-9]+m|[0-9]+(\\.[0-9]{1,3})?)$")
            String cpu,

            @JsonPropertyDescription("Cores that each pod takes at most. Default: what its node has to spare.")
            @SchemaFrom(type = IntOrString.class)
            @Size(max = 20)
            @Pattern("^([0-9]+m|[0-9]+(\\.[0-9]{1,3})?)$")
            String cpuLimit,

            @JsonPropertyDescription("What each pod has, and no more, such as 4Gi or 512Mi. Default: 1Gi.")
            @Size(max = 20)
            @Pattern("^[0-9]+(\\.[0-9]+)?(Ki|Mi|Gi|Ti|k|M|G|T)?$")
            String memory,

            @JsonPropertyDescription(
                    "What each pod has of its node's disk for state that does not fit into memory, and no more, such as 50Gi: a pod that takes more is evicted. Default: what its node has to spare.")
            @Size(max = 20)
            @Pattern("^[0-9]+(\\.[0-9]+)?(Ki|Mi|Gi|Ti|k|M|G|T)?$")
            String disk) {}

    /** A job's snapshots. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value = "self.storage.startsWith('s3://') && self.storage.size() > 5",
            message = "on Kubernetes the storage is on S3: s3://BUCKET/PREFIX")
    public record Snapshots(
            @JsonPropertyDescription("s3://BUCKET/PREFIX, of this job alone.") @Required @Size(max = 1024)
            String storage,

            @JsonPropertyDescription("Between two snapshots; what a crash costs at most. Default: 10s.")
            @Size(max = Durations.LENGTH)
            @Pattern(Durations.DURATION)
            String interval,

            @JsonPropertyDescription("How many of the latest stay. Default: 3.") @Min(1) @Max(1000)
            Integer keep,

            @JsonPropertyDescription("When Snapshots are made: a cron line of five fields, in UTC.")
            @Size(max = 100)
            @Pattern("^([-*/,0-9A-Za-z]+ +){4}[-*/,0-9A-Za-z]+$")
            String schedule,

            @JsonPropertyDescription("Which of the schedule's Snapshots stay. Default: the latest 10.")
            Retention retain) {}

    /** What is outside of either limit is removed, but for the latest, and for what restoreFrom names or a change under way starts from. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Retention(
            @JsonPropertyDescription("At most so many.") @Min(1) @Max(1000)
            Integer count,

            @JsonPropertyDescription("At most so old, such as 12h or 30d.")
            @Size(max = Durations.LENGTH)
            @Pattern(Durations.AGE)
            String age) {}

    /** A state to begin with. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value = "has(self.snapshot) != has(self.path)",
            message = "restoreFrom has exactly one of snapshot and path")
    public record RestoreFrom(
            @JsonPropertyDescription("A Snapshot in the job's namespace.") @Size(min = 1, max = 253)
            String snapshot,

            @JsonPropertyDescription("A snapshot in S3: s3://BUCKET/PREFIX/..., as a Snapshot's status names it.")
            @Size(max = 1024)
            @Pattern("^s3://.+$")
            String path) {}

    /** How a change is brought in. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Upgrade(
            @JsonPropertyDescription(
                    "Restart: from a savepoint; Fresh: with empty state; Handover: without a gap. Default: Restart.")
            @SchemaFrom(type = Strategy.class)
            String strategy,

            @JsonPropertyDescription(
                    "What becomes of state that the new query needs and the old one lacks. Default: Rebuild.")
            @SchemaFrom(type = OnChange.class)
            String onChange,

            @JsonPropertyDescription("Manual: a handover waits for a word before the cut. Default: Automatic.")
            @SchemaFrom(type = Promotion.class)
            String promotion,

            @JsonPropertyDescription("A revision that is not healthy by then is taken back. Default: 10m.")
            @Size(max = Durations.LENGTH)
            @Pattern(Durations.DURATION)
            String deadline,

            @JsonPropertyDescription(
                    "How long the savepoint stays in storage that the revision before was stopped with. Default: 1h.")
            @Size(max = Durations.LENGTH)
            @Pattern(Durations.DURATION)
            String rollbackWindow) {}

    /** How the number of pods follows the load. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(value = "!has(self.min) || !has(self.max) || self.min <= self.max", message = "min is at most max")
    public record Autoscale(
            @Min(1) @Max(1024) Integer min,
            @Min(1) @Max(1024) Integer max,

            @JsonPropertyDescription("The share of its time that a pod is to be busy.") @Min(0) @Max(1)
            Double target,

            @JsonPropertyDescription("Default: Off.") @SchemaFrom(type = AutoscaleMode.class)
            String mode) {}

    /** Whether the job is to run. */
    public enum RunState {
        Running,
        Suspended
    }

    /** What becomes of the state when the StreamJob is deleted. */
    public enum DeletionPolicy {
        Retain,
        Snapshot,
        Delete
    }

    /** How a change is brought in. */
    public enum Strategy {
        Handover,
        Restart,
        Fresh
    }

    /** What becomes of state that the new query needs and the old one lacks. */
    public enum OnChange {
        Rebuild,
        FromNow,
        Reject
    }

    /** Who lets a handover pass. */
    public enum Promotion {
        Automatic,
        Manual
    }

    /** What comes of the load that is seen. */
    public enum AutoscaleMode {
        Off,
        Recommend,
        Active
    }
}
