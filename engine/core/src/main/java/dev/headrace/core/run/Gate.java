package dev.headrace.core.run;

import dev.headrace.api.batch.Batch;
import dev.headrace.core.operator.Operator;
import dev.headrace.core.operator.Output;

/** The way into one input of an operator: adds up watermarks over the inputs. */
final class Gate implements Output {
    private final Operator operator;
    private final int port;
    private final Watermarks watermarks;
    private final long[] told;

    private Gate(Operator operator, int port, Watermarks watermarks, long[] told) {
        this.operator = operator;
        this.port = port;
        this.watermarks = watermarks;
        this.told = told;
    }

    /** The gates of all inputs of an operator. */
    static Gate[] of(Operator operator, int inputs) {
        Watermarks watermarks = new Watermarks(inputs);
        long[] told = {Operator.NO_WATERMARK};
        Gate[] gates = new Gate[inputs];
        for (int port = 0; port < inputs; port++) {
            gates[port] = new Gate(operator, port, watermarks, told);
        }
        return gates;
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
        watermarks.set(port, watermark, this::tell);
    }

    private void tell(long combined) {
        if (combined == Watermarks.IDLE) {
            operator.idle();
        } else if (combined > told[0]) {
            told[0] = combined;
            operator.watermark(combined);
        } else {
            operator.active(combined);
        }
    }
}
