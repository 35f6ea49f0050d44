package dev.headrace.core.run;

import dev.headrace.api.batch.Batch;
import dev.headrace.core.operator.Operator;
import dev.headrace.core.operator.Output;
import dev.headrace.core.snapshot.Manifest;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The ways into the inputs of an operator: they add up watermarks over the inputs. Event time does not go back over a
 * restart either: the operator goes on from how far it had come ({@link #begin}).
 */
final class Gates {
    private final Operator operator;
    private final Watermarks watermarks;
    private final List<Output> inputs;
    private long told = Operator.NO_WATERMARK;

    Gates(Operator operator, int inputs) {
        this.operator = operator;
        watermarks = new Watermarks(inputs);
        this.inputs = IntStream.range(0, inputs).<Output>mapToObj(Gate::new).toList();
    }

    /** The way into one input. */
    Output input(int port) {
        return inputs.get(port);
    }

    /** Goes on from where event time had come; before the first row, when all that is downstream is there. */
    void begin(Manifest.EventTime reached) {
        watermarks.begin(reached.inputs(), reached.watermark());
        for (int port = 0; port < reached.inputs().size(); port++) {
            if (reached.inputs().get(port) != Operator.NO_WATERMARK) {
                operator.inputWatermark(port, reached.inputs().get(port));
            }
        }
        if (reached.watermark() != Operator.NO_WATERMARK) {
            tell(reached.watermark());
        }
    }

    /** How far event time has come. */
    Manifest.EventTime reached(String identity) {
        return new Manifest.EventTime(identity, watermarks.inputs(), watermarks.combined());
    }

    private void tell(long combined) {
        if (combined == Watermarks.IDLE) {
            operator.idle();
        } else if (combined > told) {
            told = combined;
            operator.watermark(combined);
        } else {
            operator.active(combined);
        }
    }

    private final class Gate implements Output {
        private final int port;

        Gate(int port) {
            this.port = port;
        }

        @Override
        public void emit(Batch batch) {
            if (batch.selected() > 0) {
                operator.process(port, batch);
            }
        }

        @Override
        public void watermark(long watermark) {
            if (watermark != Watermarks.IDLE && watermark != Operator.NO_WATERMARK) {
                operator.inputWatermark(port, watermark);
            }
            watermarks.set(port, watermark, Gates.this::tell);
        }
    }
}
