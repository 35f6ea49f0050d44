package dev.headrace.operator.controller;

import dev.headrace.crds.StreamJob;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.lang.reflect.Proxy;
import java.util.stream.Stream;

/** A context in whose caches these objects are, and that does nothing else. */
final class FakeContext {
    private FakeContext() {}

    @SuppressWarnings("unchecked")
    static Context<StreamJob> of(HasMetadata... objects) {
        return (Context<StreamJob>) Proxy.newProxyInstance(
                FakeContext.class.getClassLoader(), new Class<?>[] {Context.class}, (proxy, method, arguments) -> {
                    if (!method.getName().equals("getSecondaryResourcesAsStream")) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    Class<?> kind = (Class<?>) arguments[0];
                    return Stream.of(objects).filter(kind::isInstance);
                });
    }
}
