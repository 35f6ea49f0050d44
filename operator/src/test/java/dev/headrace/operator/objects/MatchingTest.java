package dev.headrace.operator.objects;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What others found to be written again and again, and what has to be. */
class MatchingTest {
    private static final String WANTED = """
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: a, labels: {x: y}, ownerReferences: [{uid: u, controller: true}]}
            spec:
              replicas: 1
              template:
                spec:
                  automountServiceAccountToken: false
                  imagePullSecrets: [{name: pull}]
                  tolerations: [{key: spot, operator: Exists}]
                  containers:
                    - name: main
                      args: [pod]
                      ports: [{containerPort: 8081, protocol: TCP}]
                      securityContext: {capabilities: {drop: [ALL]}}
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
                "'{name: A, value: b}'        | '{name: A, value: c}'                     | false",
                "'automountServiceAccountToken: false' | 'automountServiceAccountToken: true' | false",
                // what a webhook adds to lists that are merged, in front or behind
                "'{name: A, value: b}'        | '{name: A, value: b}, {name: C, value: d}' | true",
                "'{name: EMPTY, value: \"\"}' | '{name: C, value: d}, {name: EMPTY}'      | true",
                "'containers:'                | 'containers:\n        - {name: proxy, args: [x]}' | true",
                "'containers:'                | 'initContainers: [{name: init}]\n      containers:' | true",
                "'- name: main'               | '- name: proxy'                           | false",
                "'{name: v, emptyDir: {}}'    | '{name: v, emptyDir: {}}, {name: w, emptyDir: {}}' | true",
                "'{name: v, emptyDir: {}}'    | '{name: w, emptyDir: {}}'                 | false",
                "'[{name: v, mountPath: /v'   | '[{name: w, mountPath: /w}, {name: v, mountPath: /v' | true",
                "'[{containerPort: 8081, '    | '[{containerPort: 1}, {containerPort: 8081, ' | true",
                "'containerPort: 8081'        | 'containerPort: 1'                        | false",
                "'[{key: spot, '              | '[{key: gpu, operator: Exists}, {key: spot, ' | true",
                "'[{key: spot, '              | '[{key: gpu, '                            | false",
                "'{name: pull}'               | '{name: pull}, {name: more}'              | true",
                "'{uid: u, '                  | '{uid: v, kind: Other}, {uid: u, '        | true",
                "'{uid: u, '                  | '{uid: v, '                               | false",
                // lists that are whole
                "'args: [pod]'                | 'args: [pod, --more]'                     | false",
                "'drop: [ALL]'                | 'drop: [ALL, NET_RAW]'                    | false",
            })
    void what_is_there_matches_what_is_wanted(String wanted, String is, boolean matches) {
        assertThat(WANTED).contains(wanted);
        HasMetadata actual = Serialization.unmarshal(WANTED.replace(wanted, is), StatefulSet.class);
        assertThat(Matching.matches(actual, Serialization.unmarshal(WANTED, StatefulSet.class)))
                .isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // kind        | wanted                              | is there                                       |
                // matches
                "Service       | 'ports: [{port: 1}]'                | 'ports: [{port: 2}, {port: 1}]'                | true",
                "Service       | 'ports: [{port: 1}]'                | 'ports: [{port: 2}]'                           | false",
                "NetworkPolicy | 'ingress: [{ports: [{port: 1}]}]'   | 'ingress: [{ports: [{port: 1}]}]'              | true",
                "NetworkPolicy | 'ingress: [{ports: [{port: 1}]}]'   | 'ingress: [{ports: [{port: 1}, {port: 2}]}]'   | false",
                "NetworkPolicy | 'ingress: [{ports: [{port: 1}]}]'   | 'ingress: [{ports: [{port: 1}]}, {}]'          | false",
            })
    void ports_of_a_service_are_merged_and_rules_of_a_policy_are_whole(
            String kind, String wanted, String is, boolean matches) {
        assertThat(Matching.matches(object(kind, is), object(kind, wanted))).isEqualTo(matches);
    }

    private static HasMetadata object(String kind, String spec) {
        Class<? extends HasMetadata> type = kind.equals("Service") ? Service.class : NetworkPolicy.class;
        return Serialization.unmarshal("metadata: {name: a}\nspec: {%s}\n".formatted(spec), type);
    }
}
