package dev.headrace.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** A variable of the pods' environment: a value, or where it comes from. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "has(self.value) != has(self.valueFrom)",
        message = "a variable has exactly one of value and valueFrom")
@ValidationRule(
        value = "!self.name.startsWith('HEADRACE_')",
        message = "names that begin with HEADRACE_ are set by the operator")
public record EnvVariable(
        @Required @Size(min = 1, max = 253) @Pattern("^[A-Za-z_][A-Za-z0-9_.-]*$")
        String name,

        @Size(max = 32768) String value,
        ValueFrom valueFrom) {

    /** Where a value comes from. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value = "has(self.secretKeyRef) != has(self.configMapKeyRef)",
            message = "valueFrom has exactly one of secretKeyRef and configMapKeyRef")
    public record ValueFrom(KeyReference secretKeyRef, KeyReference configMapKeyRef) {}

    /** A key of a Secret or ConfigMap. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record KeyReference(
            @Required @Size(min = 1, max = 253) String name,
            @Required @Size(min = 1, max = 253) String key) {}
}
