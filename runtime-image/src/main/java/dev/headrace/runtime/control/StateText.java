package dev.headrace.runtime.control;

import dev.headrace.runtime.json.JsonText;
import dev.headrace.runtime.log.Secrets;
import dev.headrace.runtime.pod.Figures;
import dev.headrace.runtime.pod.Life;
import dev.headrace.runtime.pod.Pod;
import dev.headrace.runtime.pod.SavepointState;
import java.util.Optional;

/** What the control API says of a pod and of savepoints. Times are milliseconds since the epoch; what is not known is absent. */
final class StateText {
    private StateText() {}

    static JsonText of(Pod pod) {
        Life life = pod.life();
        JsonText text = new JsonText()
                .put("job", pod.options().job())
                .put("revision", pod.options().revision())
                .put("pod", pod.options().pod())
                .put("phase", life.phase().word())
                .put("reason", life.cause().word())
                .put("message", Secrets.hidden(life.message()));
        text.put("snapshotRevision", pod.snapshotRevision());
        Optional<Figures> figures = pod.figures();
        figures.ifPresent(f -> {
            text.put("startedFrom", f.startedFrom())
                    .put("lag", f.lag())
                    .put("watermark", f.watermark())
                    .put("rowsIn", f.rowsIn())
                    .put("rowsOut", f.rowsOut())
                    .put("lateRows", f.lateRows())
                    .put("stateBytes", f.stateBytes());
            f.snapshot()
                    .ifPresent(s -> text.put(
                            "snapshot",
                            new JsonText()
                                    .put("name", s.name())
                                    .put("path", s.path())
                                    .put("at", s.at())
                                    .put("durationMillis", s.durationMillis())
                                    .put("bytes", s.bytes())));
            text.put("snapshotFailures", f.snapshotFailures())
                    .put("snapshotTrouble", f.snapshotTrouble().map(Secrets::hidden))
                    .put("restoreTrouble", f.restoreTrouble().map(Secrets::hidden));
        });
        pod.upgrade().ifPresent(words -> text.put("upgrade", new JsonText().put("message", Secrets.hidden(words))));
        return text.put("restarts", life.restarts()).put("nextStartAt", life.nextStartAt());
    }

    static JsonText of(SavepointState savepoint) {
        JsonText text = new JsonText()
                .put("phase", savepoint.phase().word())
                .put("path", savepoint.path())
                .put("bytes", savepoint.bytes())
                .put("durationMillis", savepoint.durationMillis());
        if (savepoint.phase() == SavepointState.Phase.COMPLETED) {
            text.put("offsets", savepoint.offsets());
        }
        return text.put("error", savepoint.error().map(Secrets::hidden));
    }
}
