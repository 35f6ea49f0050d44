package dev.headrace.core.snapshot;

import dev.headrace.api.batch.ByteHeap;
import dev.headrace.core.state.KeyGroups;
import dev.headrace.core.state.StateDelta;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The bytes of a {@link StateDelta} in a segment: 4 bytes count of groups that have entries, for each 2 bytes group and 4
 * bytes length, then the entries. Big-endian. A reader of few groups reads the head and then only their ranges.
 */
final class ChunkCodec {
    private static final int COUNT_BYTES = 4;
    private static final int GROUP_BYTES = 6;
    /** Bytes that a head has at most. */
    static final int MOST_HEAD = COUNT_BYTES + GROUP_BYTES * KeyGroups.COUNT;
    /** A chunk of so many bytes is read at once rather than in parts. */
    static final int SMALL = 256 << 10;

    private ChunkCodec() {}

    static void encode(StateDelta delta, ByteHeap out) {
        int[] offsets = delta.offsets();
        int groups = 0;
        for (int group = 0; group < KeyGroups.COUNT; group++) {
            if (offsets[group + 1] > offsets[group]) {
                groups++;
            }
        }
        int length = offsets[KeyGroups.COUNT];
        int head = COUNT_BYTES + groups * GROUP_BYTES;
        ByteBuffer heads = ByteBuffer.wrap(out.reserve(head + length), out.length(), head);
        heads.putInt(groups);
        for (int group = 0; group < KeyGroups.COUNT; group++) {
            if (offsets[group + 1] > offsets[group]) {
                heads.putShort((short) group);
                heads.putInt(offsets[group + 1] - offsets[group]);
            }
        }
        out.setLength(out.length() + head);
        out.append(delta.bytes(), 0, length);
    }

    static StateDelta decode(byte[] chunk) {
        int[] offsets = offsets(chunk);
        return new StateDelta(
                Arrays.copyOfRange(chunk, chunk.length - offsets[KeyGroups.COUNT], chunk.length), offsets);
    }

    /** Where the entries of each group begin, from the head of a chunk; what follows the head is not looked at. */
    static int[] offsets(byte[] chunk) {
        ByteBuffer in = ByteBuffer.wrap(chunk);
        int groups = in.getInt();
        int[] offsets = new int[KeyGroups.COUNT + 1];
        for (int i = 0; i < groups; i++) {
            int group = in.getShort() & 0xFFFF;
            offsets[group + 1] = in.getInt();
        }
        for (int group = 0; group < KeyGroups.COUNT; group++) {
            offsets[group + 1] += offsets[group];
        }
        return offsets;
    }
}
