package dev.headrace.connect.files;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one writer hands over at a snapshot.
 *
 * @param watermark how far its event time has come, in microseconds
 * @param tokens finished uploads
 * @param pending folders of partitions that have no mark of completeness yet, each with the time in microseconds at which
 *     it is complete
 */
record FileCommittable(long snapshot, long watermark, List<String> tokens, Map<String, Long> pending) {
    private static final int VERSION = 1;

    byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeLong(snapshot);
            out.writeLong(watermark);
            out.writeInt(tokens.size());
            for (String token : tokens) {
                write(out, token);
            }
            out.writeInt(pending.size());
            for (Map.Entry<String, Long> entry : pending.entrySet()) {
                write(out, entry.getKey());
                out.writeLong(entry.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
    }

    static FileCommittable of(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readByte();
            if (version != VERSION) {
                throw new IOException("files were prepared by another version of the connector (" + version + ")");
            }
            long snapshot = in.readLong();
            long watermark = in.readLong();
            List<String> tokens = new ArrayList<>();
            for (int count = in.readInt(); count > 0; count--) {
                tokens.add(readText(in));
            }
            Map<String, Long> pending = new LinkedHashMap<>();
            for (int count = in.readInt(); count > 0; count--) {
                pending.put(readText(in), in.readLong());
            }
            return new FileCommittable(snapshot, watermark, tokens, pending);
        } catch (IOException e) {
            throw new UncheckedIOException("a snapshot's list of files cannot be read: " + e.getMessage(), e);
        }
    }

    private static String readText(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }
}
