package dev.headrace.connect.generate;

import dev.headrace.api.connect.Connector;
import dev.headrace.api.connect.Environment;
import dev.headrace.api.connect.Formats;
import dev.headrace.api.connect.Options;
import dev.headrace.api.connect.Sink;
import dev.headrace.api.connect.Source;
import dev.headrace.api.connect.TableDefinition;
import dev.headrace.api.error.UserError;
import java.util.ArrayList;
import java.util.List;

/** The connector {@code nexmark}: auctions, those who bid on them, and their bids, made in the process. */
public final class NexmarkConnector implements Connector {
    static final long SEED = 42;
    static final long RATE = 10_000;
    static final int JITTER = 50;

    @Override
    public String name() {
        return "nexmark";
    }

    @Override
    public Source source(TableDefinition table, Formats formats, Environment environment) {
        Options options = table.options();
        options.text("connector");
        boolean ends = options.text("events").isPresent();
        long events = Numbers.atLeast(options, "events", 0, 0);
        long seed = options.number("seed", SEED);
        long rate = Numbers.atLeast(options, "rate", RATE, 1);
        int jitter = (int) Numbers.between(options, "jitter", JITTER, 0, Integer.MAX_VALUE - 1);
        int splits = (int) Numbers.between(options, "splits", 2, 1, 1024);
        long throttle = Numbers.atLeast(options, "throttle", 0, 0);
        options.refuseUnknown();
        NexmarkFields.check(table);
        List<Long> lengths = new ArrayList<>();
        for (int part = 0; part < splits; part++) {
            lengths.add(ends ? NexmarkModel.length(events, part, splits) : GeneratedSource.ENDLESS);
        }
        // Its texts take a while to make, which a plan that is only explained need not wait for.
        Lazy<NexmarkModel> model = new Lazy<>(() -> NexmarkModel.of(seed, rate, jitter));
        return new GeneratedSource(
                "nexmark",
                lengths,
                throttle,
                environment.clock(),
                request ->
                        RowComposer.of(request, true, leaves -> new NexmarkMaker(model.get(), splits, table, leaves)));
    }

    @Override
    public Sink sink(TableDefinition table, Formats formats, Environment environment) {
        throw UserError.request(
                "table '" + table.name() + "': the connector 'nexmark' makes rows and cannot be written to;"
                        + " insert into a table with another connector, such as 'print'");
    }
}
