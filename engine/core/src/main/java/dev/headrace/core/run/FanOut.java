package dev.headrace.core.run;

import dev.headrace.api.batch.Batch;
import dev.headrace.core.operator.Output;
import java.util.List;

/** Several receivers of the same batches. */
record FanOut(List<Output> receivers) implements Output {
    static Output of(List<Output> receivers) {
        return switch (receivers.size()) {
            case 0 -> Output.NOWHERE;
            case 1 -> receivers.getFirst();
            default -> new FanOut(List.copyOf(receivers));
        };
    }

    @Override
    public void emit(Batch batch) {
        for (Output receiver : receivers) {
            receiver.emit(batch);
        }
    }

    @Override
    public void watermark(long watermark) {
        for (Output receiver : receivers) {
            receiver.watermark(watermark);
        }
    }
}
