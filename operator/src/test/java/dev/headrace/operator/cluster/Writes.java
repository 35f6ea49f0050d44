package dev.headrace.operator.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** All writes of a client to the API server, but for events: {@code PATCH /path}. */
final class Writes implements Interceptor {
    private final List<String> all = new CopyOnWriteArrayList<>();

    /** A client whose requests that interceptor sees. */
    static KubernetesClient client(Interceptor interceptor) {
        return new KubernetesClientBuilder()
                .withConfig(Cluster.config())
                .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("writes", interceptor))
                .build();
    }

    static boolean writes(HttpRequest request) {
        return !request.method().equals("GET") && !request.uri().getPath().contains("/events");
    }

    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        if (writes(request)) {
            all.add(request.method() + " " + request.uri().getPath());
        }
    }

    List<String> all() {
        return all;
    }
}
