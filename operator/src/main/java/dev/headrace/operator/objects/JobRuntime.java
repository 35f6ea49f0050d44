package dev.headrace.operator.objects;

import java.util.Map;

/**
 * What an operator gives to all jobs.
 *
 * @param image the runtime, for jobs that name none
 * @param operatorNamespace from where pods may be controlled, by pods that carry {@code operatorLabels}
 */
public record JobRuntime(String image, String operatorNamespace, Map<String, String> operatorLabels) {}
