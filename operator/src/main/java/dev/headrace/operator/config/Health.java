package dev.headrace.operator.config;

import io.javaoperatorsdk.operator.RegisteredController;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.TreeSet;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready is who has had warm caches of all that is watched, whether it leads or not. It stays ready when one namespace is taken from
 * it, since it does its work in the others.
 */
@Readiness
@ApplicationScoped
public class Health implements HealthCheck {
    private final Lifecycle life;
    private volatile boolean once;

    Health(Lifecycle life) {
        this.life = life;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder answer = HealthCheckResponse.named("controllers");
        if (!life.started()) {
            return answer.down()
                    .withData("controllers", "are listing what they watch")
                    .build();
        }
        boolean all = true;
        for (RegisteredController<?> controller : life.controllers()) {
            TreeSet<String> unhealthy = new TreeSet<>(
                    controller.getControllerHealthInfo().unhealthyEventSources().keySet());
            answer.withData(
                    controller.getConfiguration().getName(),
                    unhealthy.isEmpty() ? "watches" : "does not watch " + unhealthy);
            all &= unhealthy.isEmpty();
        }
        once |= all;
        return answer.status(once).build();
    }
}
