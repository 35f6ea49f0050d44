package dev.headrace.core.snapshot;

import dev.headrace.core.state.KeyGroups;
import dev.headrace.core.state.StateDelta;
import java.nio.ByteBuffer;

/**
 * The bytes of a {@link StateDelta} in a segment: 4 bytes count of groups that have entries, for each 2 bytes group and 4
 * bytes length, then the entries. Big-endian. A reader of few groups reads the head and then only their ranges.
 */
public final class ChunkCodec {
    static final int COUNT_BYTES = 4;
    static final int GROUP_BYTES = 6;

    private ChunkCodec() {}

    public static byte[] encode(StateDelta delta) {
        int[] offsets = delta.offsets();
        int groups = 0;
        for (int group = 0; group < KeyGroups.COUNT; group++) {
            if (offsets[group + 1] > offsets[group]) {
                groups++;
            }
        }
        ByteBuffer out = ByteBuffer.allocate(COUNT_BYTES + groups * GROUP_BYTES + delta.bytes().length);
        out.putInt(groups);
        for (int group = 0; group < KeyGroups.COUNT; group++) {
            if (offsets[group + 1] > offsets[group]) {
                out.putShort((short) group);
                out.putInt(offsets[group + 1] - offsets[group]);
            }
        }
        return out.put(delta.bytes()).array();
    }

    public static StateDelta decode(byte[] chunk) {
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
        byte[] bytes = new byte[in.remaining()];
        in.get(bytes);
        return new StateDelta(bytes, offsets);
    }
}
