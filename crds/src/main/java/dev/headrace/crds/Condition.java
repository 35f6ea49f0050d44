package dev.headrace.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Required;

/** One thing that is true of a resource, false, or not known; types and reasons are in {@code word}. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Condition(
        @Required String type,
        @Required String status,
        @Required String reason,
        @Required String message,
        @Required String lastTransitionTime,
        Long observedGeneration) {}
