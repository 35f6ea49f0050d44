package dev.headrace.operator.job;

import static dev.headrace.operator.Jobs.job;
import static dev.headrace.operator.Jobs.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.crds.StreamJob;
import dev.headrace.crds.StreamJobSpec;
import org.junit.jupiter.api.Test;

class JobYamlTest {
    private static final StreamJob JOB = yaml("""
            apiVersion: headrace.dev/v1alpha1
            kind: StreamJob
            metadata: {name: orders, namespace: shop}
            spec:
              sql: |
                CREATE TABLE a (x INT);
                INSERT INTO b
                SELECT y FROM a;
              replicas: 1
              resources: {cpu: "2"}
              snapshots: {storage: s3://bucket/orders, keep: 5, schedule: 0 3 * * *}
              upgrade: {onChange: FromNow, strategy: Restart}
              env: [{name: A, value: "007"}]
              state: Running
            """);

    @Test
    void the_file_holds_what_a_pod_is_made_of() {
        assertThat(JobYaml.write(JOB, "headrace/runtime:1")).isEqualTo("""
                apiVersion: headrace.dev/v1alpha1
                kind: StreamJob
                metadata:
                  name: orders
                  namespace: shop
                spec:
                  sql: |
                    CREATE TABLE a (x INT);
                    INSERT INTO b
                    SELECT y FROM a;
                  resources:
                    cpu: "2"
                  snapshots:
                    storage: s3://bucket/orders
                    keep: 5
                  upgrade:
                    onChange: FromNow
                  env:
                  - name: A
                    value: "007"
                  image: headrace/runtime:1
                """);
    }

    @Test
    void what_was_written_is_read_again() {
        StreamJob job = job("image: a:1, podTemplate: {labels: {a: b}}, envFrom: [{secretRef: {name: s}}]");
        StreamJobSpec read = JobYaml.read(JobYaml.write(job, "a:1")).orElseThrow();
        assertThat(read.sql()).isEqualTo(job.getSpec().sql());
        assertThat(read.podTemplate()).isEqualTo(job.getSpec().podTemplate());
        assertThat(read.envFrom()).isEqualTo(job.getSpec().envFrom());
        assertThat(read.image()).isEqualTo("a:1");
    }

    @Test
    void the_annotation_holds_the_same() {
        String file = JobYaml.write(JOB, "a:1");
        assertThat(JobYaml.decompress(JobYaml.compress(file))).contains(file);
        assertThat(JobYaml.decompress("not this")).isEmpty();
    }

    @Test
    void the_access_to_storage_is_all_that_a_pod_is_made_of_but_what_it_does() {
        StreamJob job =
                job("podTemplate: {labels: {a: b}}, envFrom: [{secretRef: {name: s}}], serviceAccountName: reader");
        StreamJobSpec read = JobYaml.decompress(JobYaml.access(job, "a:1"))
                .flatMap(JobYaml::read)
                .orElseThrow();
        assertThat(read.sql()).isNull();
        assertThat(read.podTemplate()).isEqualTo(job.getSpec().podTemplate());
        assertThat(read.envFrom()).isEqualTo(job.getSpec().envFrom());
        assertThat(read.serviceAccountName()).isEqualTo("reader");
        assertThat(read.image()).isEqualTo("a:1");
        assertThat(JobYaml.withServiceAccount(read, "default").serviceAccountName())
                .isEqualTo("default");
    }

    @Test
    void what_is_no_job_is_not_read() {
        assertThat(JobYaml.read("spec: {sql: a}")).isEmpty();
        assertThat(JobYaml.read("{")).isEmpty();
    }
}
