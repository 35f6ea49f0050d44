package dev.headrace.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** What is asked for. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(value = "self.job == oldSelf.job", message = "a Snapshot stays with its job")
public record SnapshotSpec(
        @JsonPropertyDescription("The StreamJob, in the same namespace.") @Required @Size(min = 1, max = 40)
        String job,

        @JsonPropertyDescription(
                "How long it is kept, such as 12h or 30d; then it is removed, in storage too. Default: until someone removes it.")
        @Size(max = Durations.LENGTH)
        @Pattern(Durations.AGE)
        String retain) {}
