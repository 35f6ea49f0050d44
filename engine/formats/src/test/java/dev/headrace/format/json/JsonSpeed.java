package dev.headrace.format.json;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.connect.Decoder;
import dev.headrace.api.connect.Options;
import dev.headrace.api.connect.ScanRequest.Physical;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Measures the decoder over Nexmark events, a JSON object a line: {@code JsonSpeed FILE [repetitions]}. Reads up to 64 MB
 * of the file first; then prints, for each repetition, records and bytes per second of the thread's CPU time.
 */
final class JsonSpeed {
    private static final int MOST_BYTES = 64 << 20;
    private static final DataType TIME = DataType.timestamp(3);
    private static final DataType PERSON = DataType.row(List.of(
            new Field("id", DataType.BIGINT),
            new Field("name", DataType.STRING),
            new Field("emailAddress", DataType.STRING),
            new Field("creditCard", DataType.STRING),
            new Field("city", DataType.STRING),
            new Field("state", DataType.STRING),
            new Field("dateTime", TIME),
            new Field("extra", DataType.STRING)));
    private static final DataType AUCTION = DataType.row(List.of(
            new Field("id", DataType.BIGINT),
            new Field("itemName", DataType.STRING),
            new Field("description", DataType.STRING),
            new Field("initialBid", DataType.BIGINT),
            new Field("reserve", DataType.BIGINT),
            new Field("dateTime", TIME),
            new Field("expires", TIME),
            new Field("seller", DataType.BIGINT),
            new Field("category", DataType.BIGINT),
            new Field("extra", DataType.STRING)));
    private static final DataType BID = DataType.row(List.of(
            new Field("auction", DataType.BIGINT),
            new Field("bidder", DataType.BIGINT),
            new Field("price", DataType.BIGINT),
            new Field("channel", DataType.STRING),
            new Field("url", DataType.STRING),
            new Field("dateTime", TIME),
            new Field("extra", DataType.STRING)));
    private static final Schema EVENTS = Schema.of(
            new Field("event_type", DataType.INT),
            new Field("person", PERSON),
            new Field("auction", AUCTION),
            new Field("bid", BID));
    private static final List<Physical> COLUMNS = List.of(
            new Physical(List.of(0), DataType.INT),
            new Physical(List.of(1, 6), TIME),
            new Physical(List.of(2, 5), TIME),
            new Physical(List.of(3, 0), DataType.BIGINT),
            new Physical(List.of(3, 1), DataType.BIGINT),
            new Physical(List.of(3, 2), DataType.BIGINT),
            new Physical(List.of(3, 5), TIME),
            new Physical(List.of(3, 6), DataType.STRING));

    private JsonSpeed() {}

    public static void main(String[] args) throws IOException {
        byte[] data = start(Path.of(args[0]));
        int repetitions = args.length > 1 ? Integer.parseInt(args[1]) : 8;
        Decoder decoder = new JsonFormat().decoder(EVENTS, COLUMNS, new Options("events", Map.of()));
        Batch batch = Batch.of(COLUMNS.stream().map(Physical::type).toList(), Batch.CAPACITY);
        int[] targets = {0, 1, 2, 3, 4, 5, 6, 7};
        var threads = ManagementFactory.getThreadMXBean();
        for (int i = 0; i < repetitions; i++) {
            long started = threads.getCurrentThreadCpuTime();
            long rows = 0;
            long sum = 0;
            int position = 0;
            while (position < data.length) {
                batch.clear();
                decoder.begin(batch, targets, data);
                position = decoder.decodeLines(data, position, data.length, true, Batch.CAPACITY);
                rows += batch.rows();
                sum += batch.column(5).values()[0];
            }
            double seconds = (threads.getCurrentThreadCpuTime() - started) / 1e9;
            System.out.printf(
                    "%.2f M records/s, %.2f GB/s, %.0f ns a record (%d rows of %d bytes, check %d)%n",
                    rows / seconds / 1e6,
                    data.length / seconds / 1e9,
                    seconds * 1e9 / rows,
                    rows,
                    data.length / rows,
                    sum);
        }
    }

    /** The file's first lines; reading happens many times, but nothing in them is escaped, so that they stay as is. */
    private static byte[] start(Path file) throws IOException {
        byte[] data = new byte[(int) Math.min(Files.size(file), MOST_BYTES)];
        try (RandomAccessFile input = new RandomAccessFile(file.toFile(), "r")) {
            input.readFully(data);
        }
        int end = data.length;
        while (data[end - 1] != '\n') {
            end--;
        }
        return java.util.Arrays.copyOf(data, end);
    }
}
