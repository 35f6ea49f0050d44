package dev.headrace.connect.files;

import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.storage.ObjectStore;
import java.io.IOException;

/**
 * The file of one partition that is being written: bytes gather in {@code text} and go to the upload in pieces. The upload
 * is there from the first piece on, so that many small files cost little.
 */
final class PartitionWriter {
    private static final int PIECE = 256 << 10;

    private final FileSink sink;
    final String partition;
    /** The values of the partition's columns as {@link PartitionKeys} compares them. */
    final PartitionKeys.Key key;

    final ByteHeap text = new ByteHeap(4 << 10);
    final long openedMicros;
    private final String name;
    /** When a row was last written, in the writer's count. */
    long lastUse;

    private ObjectStore.Upload upload;

    PartitionWriter(FileSink sink, String partition, PartitionKeys.Key key, String fileName) {
        this.sink = sink;
        this.partition = partition;
        this.key = key;
        this.name = partition + fileName;
        this.openedMicros = sink.nowMicros();
    }

    private String path() {
        return sink.store().uri() + "/" + name;
    }

    long size() {
        return (upload == null ? 0 : upload.written()) + text.length();
    }

    /** Called behind each row. */
    void endRow() {
        text.append((byte) '\n');
        if (text.length() >= PIECE) {
            flush();
        }
    }

    private void flush() {
        try {
            if (upload == null) {
                upload = sink.store().upload(name);
            }
            upload.write(text.bytes(), 0, text.length());
        } catch (IOException e) {
            throw sink.failed("write", path(), e);
        }
        text.clear();
    }

    /** Makes the file durable and returns its token. */
    String finish() {
        flush();
        try {
            String token = upload.prepare();
            upload.close();
            return token;
        } catch (IOException e) {
            throw sink.failed("write", path(), e);
        }
    }

    /** Gives the file up. */
    void close() {
        if (upload != null) {
            upload.close();
        }
    }
}
