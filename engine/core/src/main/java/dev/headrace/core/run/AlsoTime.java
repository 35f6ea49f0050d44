package dev.headrace.core.run;

import dev.headrace.api.batch.Batch;
import dev.headrace.core.operator.Output;

/** An output whose watermarks go to the receivers of the operator's late rows, too. */
record AlsoTime(Output output, Output late) implements Output {
    @Override
    public void emit(Batch batch) {
        output.emit(batch);
    }

    @Override
    public void watermark(long watermark) {
        output.watermark(watermark);
        late.watermark(watermark);
    }
}
