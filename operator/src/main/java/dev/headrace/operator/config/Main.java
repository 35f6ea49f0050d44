package dev.headrace.operator.config;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/** The operator's process. */
@QuarkusMain
public final class Main {
    private Main() {}

    public static void main(String... arguments) {
        System.setProperty("quarkus.operator-sdk.namespaces", Namespaces.atStart(System.getenv()));
        Quarkus.run(arguments);
    }
}
