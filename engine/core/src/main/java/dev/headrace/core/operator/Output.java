package dev.headrace.core.operator;

import dev.headrace.api.batch.Batch;

/** Where an operator's batches go: the next operator, an exchange, or several. */
public interface Output {
    /** Hands on the selected rows; a batch without any may be left out by the caller. */
    void emit(Batch batch);

    void watermark(long watermark);

    Output NOWHERE = new Output() {
        @Override
        public void emit(Batch batch) {
            throw new IllegalStateException("an operator without output emits");
        }

        @Override
        public void watermark(long watermark) {}
    };
}
