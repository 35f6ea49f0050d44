package dev.headrace.connect.kafka;

import java.nio.ByteBuffer;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;

/** Leaves keys or values where they were received; or, where nobody needs them, drops them. */
final class BytesView implements Deserializer<ByteBuffer> {
    private final boolean needed;

    BytesView(boolean needed) {
        this.needed = needed;
    }

    @Override
    public ByteBuffer deserialize(String topic, byte[] bytes) {
        return bytes == null || !needed ? null : ByteBuffer.wrap(bytes);
    }

    @Override
    public ByteBuffer deserialize(String topic, Headers headers, ByteBuffer bytes) {
        return needed ? bytes : null;
    }
}
