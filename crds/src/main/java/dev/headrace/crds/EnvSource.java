package dev.headrace.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** A Secret or ConfigMap all of whose keys become variables. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "has(self.secretRef) != has(self.configMapRef)",
        message = "an entry of envFrom has exactly one of secretRef and configMapRef")
public record EnvSource(@Size(max = 100) String prefix, Reference secretRef, Reference configMapRef) {

    /** An object in the job's namespace. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Reference(
            @Required @Size(min = 1, max = 253) String name) {}
}
