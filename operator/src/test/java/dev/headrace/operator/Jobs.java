package dev.headrace.operator;

import dev.headrace.crds.StreamJob;
import io.fabric8.kubernetes.client.utils.Serialization;

/** StreamJobs for tests. */
public final class Jobs {
    public static final String SQL = "INSERT INTO a SELECT * FROM b";

    private Jobs() {}

    /** @param spec fields in flow style, beside sql and storage */
    public static StreamJob job(String spec) {
        return Serialization.unmarshal("""
                apiVersion: headrace.dev/v1alpha1
                kind: StreamJob
                metadata: {name: orders, namespace: shop, uid: 6f1c5b1e-0000-4000-8000-000000000001, generation: 2}
                spec: {sql: "%s", snapshots: {storage: "s3://bucket/orders"}%s}
                """.formatted(SQL, spec.isEmpty() ? "" : ", " + spec), StreamJob.class);
    }

    public static StreamJob yaml(String text) {
        return Serialization.unmarshal(text, StreamJob.class);
    }
}
