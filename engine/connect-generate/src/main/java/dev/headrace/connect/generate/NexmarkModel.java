package dev.headrace.connect.generate;

/**
 * The public Nexmark model as a pure function: event {@code n} follows from {@code (seed, n, rate, jitter)}. Of 50 events
 * one is a person, three are auctions, the rest bids. Ids count up from 1000; who bids or sells, and on what, is mostly
 * the hot one of each hundred, else someone recently active, or up to ten ids ahead. Immutable.
 *
 * @param rate events per second of event time
 * @param jitter by how many milliseconds an event may be later than its place says
 */
record NexmarkModel(long seed, long rate, int jitter, NexmarkTexts texts) {
    static final int PERSON = 0;
    static final int AUCTION = 1;
    static final int BID = 2;

    /** 2026-01-01 00:00:00 UTC in milliseconds: the place of event 0. */
    static final long BASE_TIME = 1_767_225_600_000L;

    static final int FIRST_ID = 1000;
    static final int FIRST_CATEGORY = 10;
    static final int CATEGORIES = 5;

    private static final int GROUP = 50;
    private static final int PERSONS = 1;
    private static final int AUCTIONS = 3;
    private static final int HOT_GROUP = 100;
    private static final int ACTIVE_PERSONS = 1000;
    private static final int ACTIVE_AUCTIONS = 100;
    private static final int AHEAD = 10;

    static NexmarkModel of(long seed, long rate, int jitter) {
        return new NexmarkModel(seed, rate, jitter, new NexmarkTexts(seed));
    }

    /**
     * The number of the {@code index}-th event of a part. Each run of {@code parts} events has one of every part, and the
     * order turns after 25 of them, so that persons and auctions spread over all parts.
     */
    static long eventOf(int part, long index, int parts) {
        return index * parts + (part + index / (GROUP / 2)) % parts;
    }

    /** How many of the first {@code events} events are of a part. */
    static long length(long events, int part, int parts) {
        long whole = events / parts;
        return eventOf(part, whole, parts) < events ? whole + 1 : whole;
    }

    static int type(long n) {
        long place = n % GROUP;
        return place < PERSONS ? PERSON : place < PERSONS + AUCTIONS ? AUCTION : BID;
    }

    /** Where the draws of an event start; the first is its jitter. */
    long start(long n) {
        return Draws.mix(seed + n * Draws.STEP);
    }

    /** Event time in milliseconds, with the event's first draw. */
    long time(long n, long start) {
        return BASE_TIME + n * 1000 / rate + Draws.scale(Draws.mix(start + Draws.STEP), jitter + 1);
    }

    /** The newest person when event {@code n} comes, counting from 0; it is the event itself where that is one. */
    static long lastPerson(long n) {
        return n / GROUP;
    }

    /** The newest auction when a bid comes; for an auction itself, which one it is. */
    static long auctionAt(long n) {
        return n / GROUP * AUCTIONS + Math.min(n % GROUP, PERSONS + AUCTIONS - 1) - PERSONS;
    }

    static long seller(Draws draws, long lastPerson) {
        return FIRST_ID + (draws.below(4) > 0 ? lastPerson / HOT_GROUP * HOT_GROUP : anyPerson(draws, lastPerson));
    }

    static long bidder(Draws draws, long lastPerson) {
        return FIRST_ID + (draws.below(4) > 0 ? lastPerson / HOT_GROUP * HOT_GROUP + 1 : anyPerson(draws, lastPerson));
    }

    static long bidOn(Draws draws, long lastAuction) {
        if (draws.below(2) > 0) {
            return FIRST_ID + lastAuction / HOT_GROUP * HOT_GROUP;
        }
        long first = Math.max(lastAuction - ACTIVE_AUCTIONS, 0);
        return FIRST_ID + first + draws.below(lastAuction - first + 1 + AHEAD);
    }

    private static long anyPerson(Draws draws, long last) {
        long active = Math.min(last + 1, ACTIVE_PERSONS);
        return last + 1 - active + draws.below(active + AHEAD);
    }

    /** Cents, log-uniform from 1 to a million of the currency. */
    static long price(Draws draws) {
        return Math.round(Math.pow(10.0, draws.fraction() * 6.0) * 100.0);
    }

    /** Milliseconds that an auction is open: about as long as the 100 auctions around it take to come, at the most twice. */
    long openFor(Draws draws) {
        long most = Math.max(1, 2L * ACTIVE_AUCTIONS * GROUP * 1000 / (AUCTIONS * rate));
        return 1 + draws.below(most);
    }

    /** The channel of a bid and its URL, by their place in the texts. */
    static int channel(Draws draws) {
        return draws.below(2) > 0
                ? draws.below(NexmarkTexts.HOT_CHANNELS)
                : NexmarkTexts.HOT_CHANNELS + draws.below(NexmarkTexts.COLD_CHANNELS);
    }

    /** A piece of the pool that fills a record up to about its size; 0, no piece, where it is full. */
    static long extra(Draws draws, int missing) {
        if (missing <= 0) {
            return 0;
        }
        int spread = Math.round(missing * 0.2f);
        int length = missing - spread + (spread == 0 ? 0 : draws.below(2 * spread));
        int from = draws.below(NexmarkTexts.POOL - length);
        return dev.headrace.api.batch.Slice.of(from, length);
    }
}
