package dev.headrace.runtime.control;

import dev.headrace.api.error.Reason;
import dev.headrace.core.run.OwnSnapshot;
import dev.headrace.runtime.log.Secrets;
import dev.headrace.runtime.pod.Pod;
import dev.headrace.runtime.pod.SavepointState;
import dev.headrace.runtime.pod.StartOrder;
import dev.headrace.runtime.pod.StopOrder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Answers requests: probes to anybody, all else to whoever has the token. What is asked is done by the pod afterwards. */
final class ControlApi {
    private static final Pattern SAVEPOINT = Pattern.compile("/v1/savepoints/([^/]+)");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,199}");

    private final Pod pod;
    private final Optional<Token> token;

    /** @param token empty where the pod was given none: then nobody may ask for anything but the probes */
    ControlApi(Pod pod, Optional<Token> token) {
        this.pod = pod;
        this.token = token;
    }

    Answer answer(String method, String path, String authorization, byte[] body) {
        switch (path) {
            case "/livez" -> {
                return probe(pod.isAlive(), "a worker has been stuck for a minute");
            }
            case "/readyz" -> {
                return probe(pod.isReady(), pod.life().phase().word());
            }
            default -> {}
        }
        if (token.isEmpty() || !token.get().isIn(authorization)) {
            return Answer.error(
                    401,
                    token.isEmpty()
                            ? "this pod was given no token to compare with: set HEADRACE_CONTROL_TOKEN_SHA256"
                            : "give the job's token: Authorization: Bearer TOKEN");
        }
        try {
            return authorized(method, path, body);
        } catch (RequestBody.WrongRequest e) {
            return Answer.error(400, e.getMessage());
        } catch (IOException e) {
            return Answer.error(503, "the snapshot storage does not answer: " + Secrets.hidden(Reason.of(e)));
        }
    }

    private static Answer probe(boolean good, String otherwise) {
        return good ? new Answer(200, "{}") : Answer.error(503, otherwise);
    }

    private Answer authorized(String method, String path, byte[] body) throws RequestBody.WrongRequest, IOException {
        Matcher savepoint = SAVEPOINT.matcher(path);
        if (savepoint.matches()) {
            String name = savepointName(savepoint.group(1));
            return switch (method) {
                case "GET" -> savepoint(name);
                case "POST" -> makeSavepoint(name, body);
                default -> wrongMethod("GET and POST");
            };
        }
        return switch (path) {
            case "/v1/state" -> method.equals("GET") ? Answer.ok(StateText.of(pod)) : wrongMethod("GET");
            case "/v1/start" -> method.equals("POST") ? start(body) : wrongMethod("POST");
            case "/v1/stop" -> method.equals("POST") ? stop(body) : wrongMethod("POST");
            default -> Answer.error(404, "there is no " + path + "; see docs/pod.md for what there is");
        };
    }

    private static Answer wrongMethod(String right) {
        return Answer.error(405, "this takes " + right);
    }

    private static String savepointName(String name) throws RequestBody.WrongRequest {
        if (!NAME.matcher(name).matches()) {
            throw new RequestBody.WrongRequest(
                    "'" + name + "' is no name of a savepoint: it takes letters, digits, '.', '_' and '-'");
        }
        return name;
    }

    private Answer start(byte[] body) throws RequestBody.WrongRequest {
        RequestBody request = RequestBody.read(body, List.of("from", "fresh", "once", "return"));
        if (request.flag("fresh") && request.text("from").isPresent()) {
            throw new RequestBody.WrongRequest("a job starts either 'from' a snapshot or 'fresh'");
        }
        if (request.flag("return") && (request.flag("fresh") || request.flag("once"))) {
            throw new RequestBody.WrongRequest("a job that is to 'return' starts neither 'fresh' nor 'once'");
        }
        OwnSnapshot own = request.flag("return")
                ? OwnSnapshot.REQUIRED
                : request.flag("once") ? OwnSnapshot.PREFERRED : OwnSnapshot.IGNORED;
        pod.tellStart(new StartOrder(request.text("from"), request.flag("fresh"), own));
        return Answer.accepted();
    }

    private Answer stop(byte[] body) throws RequestBody.WrongRequest {
        RequestBody request = RequestBody.read(body, List.of("savepoint", "keepSeconds", "drain", "abort"));
        boolean abort = request.flag("abort");
        boolean drain = request.flag("drain");
        if (abort && drain) {
            throw new RequestBody.WrongRequest("a job either drains or aborts");
        }
        Optional<String> savepoint = request.text("savepoint");
        if (savepoint.isPresent()) {
            savepointName(savepoint.get());
        }
        StopOrder.How how = abort ? StopOrder.How.ABORT : drain ? StopOrder.How.DRAIN : StopOrder.How.SNAPSHOT;
        Optional<Duration> keep = request.seconds("keepSeconds");
        if (keep.isPresent() && savepoint.isEmpty()) {
            throw new RequestBody.WrongRequest("'keepSeconds' is for how long a 'savepoint' is kept; name one");
        }
        pod.tellStop(new StopOrder(savepoint, keep, how));
        return Answer.accepted();
    }

    private Answer savepoint(String name) throws IOException {
        Optional<SavepointState> found = pod.savepoint(name);
        return found.isPresent()
                ? Answer.ok(StateText.of(found.get()))
                : Answer.error(404, "there is no savepoint '" + name + "'; POST asks for one");
    }

    private Answer makeSavepoint(String name, byte[] body) throws RequestBody.WrongRequest, IOException {
        RequestBody.read(body, List.of());
        return pod.tellSavepoint(name)
                ? Answer.accepted()
                : Answer.error(
                        409,
                        "the job is " + pod.life().phase().word()
                                + " and has no state of its own to save; ask again when it runs");
    }
}
