package dev.headrace.runtime.pod;

import dev.headrace.api.error.Reason;
import dev.headrace.api.error.UserError;
import dev.headrace.runtime.log.Log;
import dev.headrace.runtime.log.Secrets;
import java.util.concurrent.CompletionException;

/** What is said of errors. */
final class Failures {
    private Failures() {}

    /** The error itself, without what futures wrap it in. */
    static Throwable cause(Throwable error) {
        Throwable cause = error;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** One sentence; the trace of a defect goes to the log. */
    static String message(Throwable error) {
        Throwable cause = cause(error);
        if (Reason.isOutOfMemory(cause)) {
            Log.defect("memory ran out: " + cause, cause);
            return Secrets.hidden("the process has run out of memory: " + cause + "; raise spec.resources.memory");
        }
        if (cause instanceof UserError) {
            return Secrets.hidden(onKubernetes(cause.getMessage()));
        }
        Log.defect("a defect of Headrace: " + cause, cause);
        return Secrets.hidden(cause + " (this is a defect of Headrace; the pod's log shows where)");
    }

    /** What is said to a person at a prompt, as it is done with a StreamJob. */
    private static String onKubernetes(String message) {
        return message.replace("--set upgrade.onChange=FromNow", "spec.upgrade.onChange: FromNow")
                .replace("Run it with --fresh to start anew", "Give it spec.upgrade.strategy: Fresh to start anew")
                .replace("--fresh", "spec.upgrade.strategy: Fresh");
    }

    /** Whether the job's text is at fault, and trying again is of no use. */
    static boolean isOfRequest(Throwable error) {
        return cause(error) instanceof UserError e && e.kind() == UserError.Kind.REQUEST;
    }
}
