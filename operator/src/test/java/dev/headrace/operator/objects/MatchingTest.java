package dev.headrace.operator.objects;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What others found to be written again and again, and what has to be. */
class MatchingTest {
    private static final String WANTED = """
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: a, labels: {x: y}}
            spec:
              replicas: 1
              template:
                spec:
                  automountServiceAccountToken: false
                  containers:
                    - name: main
                      env: [{name: EMPTY, value: ""}, {name: A, value: b}]
                      resources: {limits: {cpu: 1000m, memory: 1024Mi}}
                      volumeMounts: [{name: v, mountPath: /v, readOnly: false}]
                  volumes: [{name: v, emptyDir: {}}]
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // in place of                | is there                                  | matches
                "x                            | x                                         | true",
                "'cpu: 1000m'                 | 'cpu: \"1\"'                              | true",
                "'memory: 1024Mi'             | 'memory: 1Gi'                             | true",
                "'{name: EMPTY, value: \"\"}' | '{name: EMPTY}'                           | true",
                "', readOnly: false'          | ''                                        | true",
                "'labels: {x: y}'             | 'labels: {x: y, z: w}'                    | true",
                "'name: a, '                  | 'name: a, resourceVersion: \"7\", '       | true",
                "'replicas: 1'                | 'replicas: 1\n  serviceName: s'           | true",
                "'cpu: 1000m'                 | 'cpu: \"2\"'                              | false",
                "'replicas: 1'                | 'replicas: 2'                             | false",
                "'labels: {x: y}'             | 'labels: {x: z}'                          | false",
                "'labels: {x: y}'             | 'labels: {}'                              | false",
                "', {name: A, value: b}'      | ''                                        | false",
                "'{name: A, value: b}'        | '{name: A, value: b}, {name: C, value: d}' | false",
                "'automountServiceAccountToken: false' | 'automountServiceAccountToken: true' | false",
            })
    void what_is_there_matches_what_is_wanted(String wanted, String is, boolean matches) {
        assertThat(WANTED).contains(wanted);
        HasMetadata actual = Serialization.unmarshal(WANTED.replace(wanted, is), StatefulSet.class);
        assertThat(Matching.matches(actual, Serialization.unmarshal(WANTED, StatefulSet.class)))
                .isEqualTo(matches);
    }
}
