package dev.headrace.connect.kafka;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A transaction that has all its records in Kafka and is to be committed.
 *
 * @param transactionalId the name under which the broker knows it
 * @param producerId with {@code epoch} what tells it from others of the same transactional id
 * @param secondVersion whether the broker raises the epoch at the end of each transaction ({@code transaction.version} 2)
 */
record KafkaCommittable(String transactionalId, long producerId, short epoch, boolean secondVersion) {
    private static final int VERSION = 1;

    byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeUTF(transactionalId);
            out.writeLong(producerId);
            out.writeShort(epoch);
            out.writeBoolean(secondVersion);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static KafkaCommittable of(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readByte();
            if (version != VERSION) {
                throw new IOException("it was written by another version of the connector (" + version + ")");
            }
            return new KafkaCommittable(in.readUTF(), in.readLong(), in.readShort(), in.readBoolean());
        } catch (IOException e) {
            throw new UncheckedIOException("a snapshot's transaction of Kafka cannot be read: " + e.getMessage(), e);
        }
    }
}
