package dev.headrace.connect.generate;

import dev.headrace.api.batch.Batch;
import dev.headrace.api.batch.ByteHeap;
import dev.headrace.api.batch.Column;
import dev.headrace.api.batch.Slice;
import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.connect.TableDefinition;
import java.util.Arrays;

/**
 * Makes events as columns, only those asked for; draws of others are passed over. The columns of one kind of event are
 * null in the rows of the other kinds.
 */
final class NexmarkMaker implements RowMaker {
    private static final int PERSON_BYTES = 200;
    private static final int AUCTION_BYTES = 500;
    private static final int BID_BYTES = 100;

    private final NexmarkModel model;
    private final NexmarkTexts texts;
    private final int parts;
    private final int eventType;
    private final int[][] targets;
    private final int[] repeated;
    private final Draws draws = new Draws();
    private final ByteHeap scratch = new ByteHeap(256);
    /** Rows of each kind of event, and how many. */
    private final int[][] rows = new int[3][Batch.CAPACITY];

    private final int[] counts = new int[3];
    private final long[] numbers = new long[Batch.CAPACITY];

    NexmarkMaker(NexmarkModel model, int parts, TableDefinition table, ScanRequest request) {
        this.model = model;
        this.texts = model.texts();
        this.parts = parts;
        this.eventType = NexmarkFields.eventType(table, request);
        this.targets = new int[][] {
            NexmarkFields.targets(table, request, "person", NexmarkFields.PERSON),
            NexmarkFields.targets(table, request, "auction", NexmarkFields.AUCTION),
            NexmarkFields.targets(table, request, "bid", NexmarkFields.BID)
        };
        this.repeated = NexmarkFields.repeated(table, request);
    }

    @Override
    public void make(Batch batch, int part, long index, int count) {
        Arrays.fill(counts, 0);
        for (int row = 0; row < count; row++) {
            long n = NexmarkModel.eventOf(part, index + row, parts);
            numbers[row] = n;
            int type = NexmarkModel.type(n);
            rows[type][counts[type]++] = row;
        }
        if (eventType >= 0) {
            long[] types = batch.column(eventType).values();
            for (int row = 0; row < count; row++) {
                types[row] = NexmarkModel.type(numbers[row]);
            }
        }
        Column[] persons = columns(batch, NexmarkModel.PERSON, count);
        Column[] auctions = columns(batch, NexmarkModel.AUCTION, count);
        Column[] bids = columns(batch, NexmarkModel.BID, count);
        if (persons != null) {
            makePersons(persons);
        }
        if (auctions != null) {
            makeAuctions(auctions);
        }
        if (bids != null) {
            makeBids(bids);
        }
        batch.setRows(count);
        for (int i = 0; i < repeated.length; i++) {
            if (repeated[i] >= 0) {
                batch.column(i).share(batch.column(repeated[i]));
            }
        }
    }

    /** The columns of a kind of event, null in all rows but its own; no array when none is asked for. */
    private Column[] columns(Batch batch, int type, int count) {
        Column[] columns = null;
        for (int i = 0; i < targets[type].length; i++) {
            if (targets[type][i] >= 0) {
                columns = columns == null ? new Column[targets[type].length] : columns;
                Column column = batch.column(targets[type][i]);
                columns[i] = column;
                boolean[] nulls = column.markNulls();
                Arrays.fill(nulls, 0, count, true);
                Arrays.fill(column.values(), 0, count, 0);
                for (int k = 0; k < counts[type]; k++) {
                    nulls[rows[type][k]] = false;
                }
            }
        }
        return columns;
    }

    private void makePersons(Column[] columns) {
        Column id = columns[0];
        Column name = shared(columns[1], texts.heap());
        Column email = columns[2];
        Column card = columns[3];
        Column city = shared(columns[4], texts.heap());
        Column state = shared(columns[5], texts.heap());
        Column time = columns[6];
        Column extra = shared(columns[7], texts.pool);
        for (int k = 0; k < counts[NexmarkModel.PERSON]; k++) {
            int row = rows[NexmarkModel.PERSON][k];
            long n = numbers[row];
            start(n, time, row);
            if (id != null) {
                id.setLong(row, NexmarkModel.FIRST_ID + NexmarkModel.lastPerson(n));
            }
            long nameSlice = set(name, row, texts.names);
            scratch.clear();
            NexmarkTexts.appendWord(draws, 7, (byte) '_', scratch);
            scratch.append((byte) '@');
            NexmarkTexts.appendWord(draws, 5, (byte) '_', scratch);
            scratch.append(DOT_COM, 0, DOT_COM.length);
            int emailLength = scratch.length();
            if (email != null) {
                email.setBytes(row, scratch.bytes(), 0, emailLength);
            }
            if (card != null) {
                makeCard(card, row);
            } else {
                draws.skip(16);
            }
            long citySlice = set(city, row, texts.cities);
            long stateSlice = set(state, row, texts.states);
            if (extra != null) {
                int known = 8
                        + Slice.length(nameSlice)
                        + emailLength
                        + 19
                        + Slice.length(citySlice)
                        + Slice.length(stateSlice);
                extra.setLong(row, NexmarkModel.extra(draws, PERSON_BYTES - known));
            }
        }
    }

    private static final byte[] DOT_COM = {'.', 'c', 'o', 'm'};

    private void makeCard(Column card, int row) {
        scratch.clear();
        byte[] bytes = scratch.reserve(19);
        for (int i = 0; i < 19; i++) {
            bytes[i] = i % 5 == 4 ? (byte) ' ' : (byte) ('0' + draws.below(10));
        }
        card.setBytes(row, bytes, 0, 19);
    }

    private void makeAuctions(Column[] columns) {
        Column id = columns[0];
        Column item = columns[1];
        Column description = columns[2];
        Column initialBid = columns[3];
        Column reserve = columns[4];
        Column time = columns[5];
        Column expires = columns[6];
        Column seller = columns[7];
        Column category = columns[8];
        Column extra = shared(columns[9], texts.pool);
        boolean endWanted = item != null || description != null || reserve != null || extra != null;
        for (int k = 0; k < counts[NexmarkModel.AUCTION]; k++) {
            int row = rows[NexmarkModel.AUCTION][k];
            long n = numbers[row];
            long start = start(n, time, row);
            if (id != null) {
                id.setLong(row, NexmarkModel.FIRST_ID + NexmarkModel.auctionAt(n));
            }
            set(seller, row, NexmarkModel.seller(draws, NexmarkModel.lastPerson(n)));
            set(category, row, NexmarkModel.FIRST_CATEGORY + draws.below(NexmarkModel.CATEGORIES));
            long first = 0;
            if (initialBid != null || reserve != null) {
                first = NexmarkModel.price(draws);
                set(initialBid, row, first);
            } else {
                draws.skip(1);
            }
            if (expires != null) {
                expires.setLong(row, (model.time(n, start) + model.openFor(draws)) * 1000);
            } else {
                draws.skip(1);
            }
            if (endWanted) {
                int itemLength = word(item, row, 20);
                int descriptionLength = word(description, row, 100);
                if (reserve != null) {
                    reserve.setLong(row, first + NexmarkModel.price(draws));
                } else {
                    draws.skip(1);
                }
                if (extra != null) {
                    extra.setLong(row, NexmarkModel.extra(draws, AUCTION_BYTES - 48 - itemLength - descriptionLength));
                }
            }
        }
    }

    private void makeBids(Column[] columns) {
        Column auction = columns[0];
        Column bidder = columns[1];
        Column price = columns[2];
        Column channel = shared(columns[3], texts.heap());
        Column url = shared(columns[4], texts.heap());
        Column time = columns[5];
        Column extra = shared(columns[6], texts.pool);
        boolean onlyTime =
                auction == null && bidder == null && price == null && channel == null && url == null && extra == null;
        for (int k = 0; k < counts[NexmarkModel.BID]; k++) {
            int row = rows[NexmarkModel.BID][k];
            long n = numbers[row];
            start(n, time, row);
            if (onlyTime) {
                continue;
            }
            set(auction, row, NexmarkModel.bidOn(draws, NexmarkModel.auctionAt(n)));
            set(bidder, row, NexmarkModel.bidder(draws, NexmarkModel.lastPerson(n)));
            if (price != null) {
                price.setLong(row, NexmarkModel.price(draws));
            } else {
                draws.skip(1);
            }
            if (channel != null || url != null) {
                int picked = NexmarkModel.channel(draws);
                set(channel, row, texts.channels[picked]);
                set(url, row, texts.urls[picked]);
            } else {
                draws.skip(2);
            }
            if (extra != null) {
                extra.setLong(row, NexmarkModel.extra(draws, BID_BYTES - 32));
            }
        }
    }

    /** Starts the draws of an event behind that of its time. */
    private long start(long n, Column time, int row) {
        long start = model.start(n);
        if (time != null) {
            time.setLong(row, model.time(n, start) * 1000);
        }
        draws.start(start + Draws.STEP);
        return start;
    }

    private static Column shared(Column column, byte[] heap) {
        if (column != null) {
            column.shareHeap(heap);
        }
        return column;
    }

    private static void set(Column column, int row, long value) {
        if (column != null) {
            column.setLong(row, value);
        }
    }

    /** Picks one of the texts; the draw is needed for its length too. */
    private long set(Column column, int row, long[] choices) {
        long slice = choices[draws.below(choices.length)];
        set(column, row, slice);
        return slice;
    }

    private int word(Column column, int row, int longest) {
        if (column == null) {
            int length = NexmarkTexts.wordLength(draws, longest);
            draws.skip(length);
            return length;
        }
        scratch.clear();
        NexmarkTexts.appendWord(draws, longest, (byte) ' ', scratch);
        column.setBytes(row, scratch.bytes(), 0, scratch.length());
        return scratch.length();
    }
}
