package dev.headrace.connect.generate;

import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.batch.Slice;

/**
 * The texts that events pick from rather than make, in heaps that columns share: names, cities, states, channels with
 * their URLs, and a pool of letters of which every {@code extra} is a piece. All follow from the seed. Immutable.
 */
final class NexmarkTexts {
    static final int HOT_CHANNELS = 4;
    static final int COLD_CHANNELS = 10_000;
    static final int POOL = 1 << 20;

    private static final long SALT = 0x5851F42D4C957F2DL;
    private static final String[] FIRST_NAMES = {
        "Peter", "Paul", "Luke", "John", "Saul", "Vicky", "Kate", "Julie", "Sarah", "Deiter", "Walter"
    };
    private static final String[] LAST_NAMES = {
        "Shultz", "Abrams", "Spencer", "White", "Bartels", "Walton", "Smith", "Jones", "Noris"
    };

    private final ByteHeap heap = new ByteHeap(1 << 21);
    final byte[] pool = new byte[POOL];
    final long[] names = new long[FIRST_NAMES.length * LAST_NAMES.length];
    final long[] cities;
    final long[] states;
    /** Channels and their URLs: the hot ones, then the cold ones. */
    final long[] channels = new long[HOT_CHANNELS + COLD_CHANNELS];

    final long[] urls = new long[HOT_CHANNELS + COLD_CHANNELS];

    NexmarkTexts(long seed) {
        for (int i = 0; i < names.length; i++) {
            names[i] = heap.append(FIRST_NAMES[i % FIRST_NAMES.length] + " " + LAST_NAMES[i / FIRST_NAMES.length]);
        }
        cities = append(
                "Phoenix",
                "Los Angeles",
                "San Francisco",
                "Boise",
                "Portland",
                "Bend",
                "Redmond",
                "Seattle",
                "Kent",
                "Cheyenne");
        states = append("AZ", "CA", "ID", "OR", "WA", "WY");
        System.arraycopy(append("Google", "Facebook", "Baidu", "Apple"), 0, channels, 0, HOT_CHANNELS);
        Draws draws = new Draws();
        draws.start(Draws.mix(seed ^ SALT));
        for (int i = 0; i < POOL; i++) {
            pool[i] = (byte) ('a' + draws.below(26));
        }
        for (int i = 0; i < HOT_CHANNELS; i++) {
            int from = heap.length();
            appendUrl(draws);
            urls[i] = Slice.of(from, heap.length() - from);
        }
        for (int i = 0; i < COLD_CHANNELS; i++) {
            channels[HOT_CHANNELS + i] = heap.append("channel-" + i);
            int from = heap.length();
            appendUrl(draws);
            if (draws.below(10) > 0) {
                heap.append("&channel_id=" + Math.abs(Integer.reverse(i)));
            }
            urls[HOT_CHANNELS + i] = Slice.of(from, heap.length() - from);
        }
    }

    /** What the slices point into, but those of {@link #pool}. */
    byte[] heap() {
        return heap.bytes();
    }

    private long[] append(String... texts) {
        long[] slices = new long[texts.length];
        for (int i = 0; i < texts.length; i++) {
            slices[i] = heap.append(texts[i]);
        }
        return slices;
    }

    private void appendUrl(Draws draws) {
        heap.append("https://www.nexmark.com/");
        for (int folder = 0; folder < 3; folder++) {
            appendWord(draws, 5, (byte) '_', heap);
            heap.append((byte) '/');
        }
        heap.append("item.htm?query=1");
    }

    /** Appends 3 to {@code longest - 1} letters, of which about one in 13 is a gap, though never the first or last. */
    static void appendWord(Draws draws, int longest, byte gap, ByteHeap out) {
        int length = wordLength(draws, longest);
        byte[] bytes = out.reserve(length);
        int from = out.length();
        for (int i = 0; i < length; i++) {
            long bits = draws.bits();
            boolean isGap = i > 0 && i < length - 1 && (bits & 0xFFFF) * 13 < 0x10000;
            bytes[from + i] = isGap ? gap : (byte) ('a' + Draws.scale(bits, 26));
        }
        out.setLength(from + length);
    }

    static int wordLength(Draws draws, int longest) {
        return 3 + draws.below(longest - 3);
    }
}
