package dev.headrace.core.operator;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ChangeKind;
import dev.headrace.api.batch.Column;
import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.type.DataType;
import dev.headrace.api.type.Field;
import dev.headrace.api.type.Schema;
import dev.headrace.core.operator.aggregate.AggregateOperator;
import dev.headrace.core.operator.join.JoinOperators;
import dev.headrace.core.operator.rank.RankOperators;
import dev.headrace.core.plan.AggregateCall;
import dev.headrace.core.plan.JoinKind;
import dev.headrace.core.plan.Ordering;
import dev.headrace.core.plan.Plan;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.function.Function;

/** Rows a second of single operators on rows like Nexmark's, in one thread. Run it; it is no test. */
public final class OperatorSpeed {
    private static final int BATCHES = 2000;
    private static final int EPOCH = 50;
    private static final Schema BID = Schema.of(
            new Field("auction", DataType.BIGINT),
            new Field("bidder", DataType.BIGINT),
            new Field("price", DataType.BIGINT),
            new Field("channel", DataType.STRING),
            new Field("dateTime", DataType.timestamp(3)),
            new Field("extra", DataType.STRING));
    private static final Schema AUCTION = Schema.of(
            new Field("id", DataType.BIGINT),
            new Field("itemName", DataType.STRING),
            new Field("seller", DataType.BIGINT),
            new Field("category", DataType.BIGINT));

    private long rowsOut;
    private long time;
    private final SplittableRandom random = new SplittableRandom(7);
    private final byte[] letters = new byte[4096];

    private OperatorSpeed() {
        for (int i = 0; i < letters.length; i++) {
            letters[i] = (byte) ('a' + random.nextInt(26));
        }
    }

    private void fill(Batch bids, int auctions, int bidders, boolean rising, int batch) {
        bids.clear();
        for (int row = 0; row < Batch.CAPACITY; row++) {
            long auction = rising
                    ? (random.nextInt(2) == 0 ? batch * 40L : Math.max(0, batch * 40L - random.nextInt(100)))
                    : random.nextInt(auctions);
            bids.column(0).setLong(row, auction);
            bids.column(1).setLong(row, random.nextInt(bidders));
            bids.column(2).setLong(row, (long) Math.pow(10, random.nextDouble() * 6 + 2));
            text(bids.column(3), row, 8);
            bids.column(4).setLong(row, time++);
            text(bids.column(5), row, 60 + random.nextInt(20));
        }
        bids.setRows(Batch.CAPACITY);
    }

    private void text(Column column, int row, int length) {
        column.setBytes(row, letters, random.nextInt(letters.length - length), length);
    }

    private Operator operator(Function<OperatorContext, Operator> factory, TestContext context) {
        Operator operator = factory.apply(context);
        operator.connect(new Output() {
            @Override
            public void emit(Batch batch) {
                rowsOut += batch.selected();
            }

            @Override
            public void watermark(long watermark) {}
        });
        operator.restored();
        return operator;
    }

    /** @param keys how many auctions there are; 0: they come and go, as Nexmark's do, half of the bids on the newest */
    private void run(String name, Function<OperatorContext, Operator> factory, boolean join, int keys) {
        for (int round = 0; round < 4; round++) {
            TestContext context = new TestContext();
            Operator operator = operator(factory, context);
            Batch bids = Batch.of(BID);
            Batch auctions = Batch.of(AUCTION);
            rowsOut = 0;
            time = 0;
            long nanos = 0;
            for (int batch = 0; batch < BATCHES; batch++) {
                fill(bids, keys, 1, keys == 0, batch);
                if (join) {
                    auctions.clear();
                    for (int row = 0; row < 40; row++) {
                        auctions.column(0).setLong(row, batch * 40L + row);
                        text(auctions.column(1), row, 20);
                        auctions.column(2).setLong(row, random.nextInt(1000));
                        auctions.column(3).setLong(row, 10);
                    }
                    auctions.setRows(40);
                    // One auction in five is of the category that is asked for.
                    int[] chosen = {0, 5, 10, 15, 20, 25, 30, 35};
                    auctions.select(chosen, chosen.length);
                }
                long start = System.nanoTime();
                if (join) {
                    operator.process(1, auctions);
                }
                operator.process(0, bids);
                if (batch % EPOCH == EPOCH - 1) {
                    operator.endEpoch();
                    context.compact();
                }
                nanos += System.nanoTime() - start;
            }
            System.out.printf(
                    "%-22s %6.2f M rows/s in, %6.2f M out, state %d rows, %d MB%n",
                    name,
                    BATCHES * (double) Batch.CAPACITY / nanos * 1000,
                    rowsOut / 1e6,
                    context.rows(),
                    context.memory() >> 20);
        }
    }

    private static Plan.Deduplicate deduplicate(int timeColumn, boolean last, ChangelogMode mode) {
        Plan input = TestPlans.input(BID, ChangelogMode.INSERT_ONLY);
        return new Plan.Deduplicate(input, List.of(0, 1), timeColumn, last, mode, Duration.ZERO);
    }

    private static Plan.Rank rank(int to, ChangelogMode mode) {
        var fields = new ArrayList<>(BID.fields());
        fields.add(new Field("place", DataType.BIGINT));
        return new Plan.Rank(
                TestPlans.input(BID, ChangelogMode.INSERT_ONLY),
                List.of(0),
                List.of(new Ordering(2, true, false)),
                1,
                to,
                true,
                List.of(),
                new Schema(fields),
                mode,
                Duration.ZERO);
    }

    private static Plan.Join join() {
        var fields = new ArrayList<>(BID.fields());
        fields.addAll(AUCTION.fields());
        return new Plan.Join(
                TestPlans.input(BID, ChangelogMode.INSERT_ONLY),
                TestPlans.input(AUCTION, ChangelogMode.INSERT_ONLY),
                JoinKind.INNER,
                List.of(0),
                List.of(0),
                Optional.empty(),
                List.of(),
                List.of(),
                new Schema(fields),
                ChangelogMode.INSERT_ONLY,
                Duration.ZERO);
    }

    /** Auctions carry their number as time: a batch of bids is 2048 microseconds, one of auctions 40. */
    private static Plan.IntervalJoin interval() {
        var fields = new ArrayList<>(BID.fields());
        fields.addAll(AUCTION.fields());
        return new Plan.IntervalJoin(
                TestPlans.input(BID, ChangelogMode.INSERT_ONLY),
                TestPlans.input(AUCTION, ChangelogMode.INSERT_ONLY),
                JoinKind.INNER,
                List.of(0),
                List.of(0),
                4,
                0,
                0,
                4_000_000,
                Optional.empty(),
                new Schema(fields));
    }

    private static Plan.Aggregate extreme() {
        return new Plan.Aggregate(
                TestPlans.input(BID, ChangelogMode.RETRACT),
                List.of(0),
                List.of(new AggregateCall("MIN", List.of(2), false, OptionalInt.empty(), DataType.BIGINT)),
                Schema.of(new Field("auction", DataType.BIGINT), new Field("price", DataType.BIGINT)),
                ChangelogMode.RETRACT,
                Duration.ZERO);
    }

    /**
     * MIN of the prices of the last {@code kept} bids: a batch adds bids and takes the oldest ones away.
     *
     * @param rising whether prices rise, so that each bid that goes is the least of its auction
     */
    private void runSliding(String name, int auctions, int kept, boolean rising) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        int half = Batch.CAPACITY / 2;
        for (int round = 0; round < 4; round++) {
            TestContext context = new TestContext();
            Operator operator = operator(c -> new AggregateOperator(extreme(), c), context);
            Batch bids = Batch.of(BID);
            long[] auctionOf = new long[kept];
            long[] prices = new long[kept];
            long bid = 0;
            long nanos = 0;
            long rows = 0;
            rowsOut = 0;
            for (int batch = 0; batch < kept / half + BATCHES / 4; batch++) {
                bids.clear();
                byte[] kinds = bids.ownKinds(Batch.CAPACITY);
                int count = 0;
                for (int i = 0; i < half; i++, bid++) {
                    int slot = (int) (bid % kept);
                    if (bid >= kept) {
                        count = put(bids, kinds, count, ChangeKind.DELETE_CODE, auctionOf[slot], prices[slot]);
                    }
                    auctionOf[slot] = random.nextInt(auctions);
                    prices[slot] = rising ? bid : random.nextInt(1_000_000_000);
                    count = put(bids, kinds, count, ChangeKind.INSERT_CODE, auctionOf[slot], prices[slot]);
                }
                bids.setRows(count);
                long start = threads.getCurrentThreadCpuTime();
                operator.process(0, bids);
                if (batch % EPOCH == EPOCH - 1) {
                    operator.endEpoch();
                    context.compact();
                }
                if (bid > kept) {
                    nanos += threads.getCurrentThreadCpuTime() - start;
                    rows += count;
                }
            }
            System.out.printf(
                    "%-22s %8.4f M rows a CPU second in, state %d rows%n", name, rows * 1e3 / nanos, context.rows());
        }
    }

    private static int put(Batch bids, byte[] kinds, int row, byte kind, long auction, long price) {
        bids.column(0).setLong(row, auction);
        bids.column(2).setLong(row, price);
        kinds[row] = kind;
        return row + 1;
    }

    public static void main(String[] arguments) {
        String only = arguments.length > 0 ? arguments[0] : "";
        if ("last".startsWith(only)) {
            var retract = deduplicate(4, true, ChangelogMode.RETRACT);
            new OperatorSpeed().run("keep last, RETRACT", c -> RankOperators.create(retract, c), false, 100_000);
            var upsert = deduplicate(4, true, ChangelogMode.UPSERT);
            new OperatorSpeed().run("keep last, UPSERT", c -> RankOperators.create(upsert, c), false, 100_000);
        }
        if ("first".startsWith(only)) {
            var first = deduplicate(-1, false, ChangelogMode.INSERT_ONLY);
            new OperatorSpeed().run("keep first", c -> RankOperators.create(first, c), false, 100_000);
        }
        if ("top".startsWith(only)) {
            var ten = rank(10, ChangelogMode.RETRACT);
            new OperatorSpeed().run("top 10, RETRACT", c -> RankOperators.create(ten, c), false, 10_000);
            new OperatorSpeed().run("top 10, auctions rise", c -> RankOperators.create(ten, c), false, 0);
            var one = rank(1, ChangelogMode.RETRACT);
            new OperatorSpeed().run("top 1, RETRACT", c -> RankOperators.create(one, c), false, 10_000);
        }
        if ("normalize".startsWith(only)) {
            var plan = new Plan.Normalize(TestPlans.input(BID, ChangelogMode.UPSERT), List.of(0, 1), Duration.ZERO);
            new OperatorSpeed().run("normalize", c -> RankOperators.create(plan, c), false, 100_000);
        }
        if ("changing".startsWith(only)) {
            var plan = new Plan.Rank(
                    TestPlans.input(BID, ChangelogMode.UPSERT),
                    List.of(),
                    List.of(new Ordering(2, true, false)),
                    1,
                    10,
                    false,
                    List.of(0, 1),
                    BID,
                    ChangelogMode.RETRACT,
                    Duration.ZERO);
            new OperatorSpeed().run("top 10 of upserts", c -> RankOperators.create(plan, c), false, 100_000);
        }
        if ("extreme".startsWith(only)) {
            new OperatorSpeed().runSliding("min of 100 bids", 10_000, 1_000_000, false);
            new OperatorSpeed().runSliding("min of 100, rising", 10_000, 1_000_000, true);
            new OperatorSpeed().runSliding("min of 10,000 bids", 20, 200_000, false);
            new OperatorSpeed().runSliding("min of 10,000, rising", 20, 200_000, true);
        }
        if ("interval".startsWith(only)) {
            new OperatorSpeed().run("interval join", c -> JoinOperators.create(interval(), c), true, 0);
        }
        if ("join".startsWith(only)) {
            new OperatorSpeed().run("join, inserts only", c -> JoinOperators.create(join(), c), true, 0);
        }
    }
}
