package dev.headrace.core.run;

/** Figures of a scan in one worker: written by the worker's thread, read by any. */
final class SourceMeter {
    private volatile long rows;
    private volatile long bytes;
    private volatile long skipped;
    private volatile long lag = -1;
    private volatile long watermark = Long.MIN_VALUE;

    void rows(int count) {
        long sum = rows + count;
        rows = sum;
    }

    void watermark(long micros) {
        watermark = micros;
    }

    void update(long bytesRead, long recordsSkipped, long rowsBehind) {
        bytes = bytesRead;
        skipped = recordsSkipped;
        lag = rowsBehind;
    }

    long rows() {
        return rows;
    }

    long bytes() {
        return bytes;
    }

    long skipped() {
        return skipped;
    }

    long lag() {
        return lag;
    }

    long watermark() {
        return watermark;
    }
}
