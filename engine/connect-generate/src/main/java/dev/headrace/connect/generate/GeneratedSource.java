package dev.headrace.connect.generate;

import dev.headrace.api.connect.ChangelogMode;
import dev.headrace.api.connect.ScanRequest;
import dev.headrace.api.connect.Source;
import dev.headrace.api.connect.SourceReader;
import dev.headrace.api.connect.Split;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * A source whose rows are made. It has as many splits as {@code lengths}, each so many rows long; their ids say how many
 * there are, since with another number of them the same split holds other rows. A position is the number of the next row.
 *
 * @param lengths rows of each part; {@link #ENDLESS} for no end
 * @param rowsPerSecond of all parts together, in real time; 0 for no limit
 */
record GeneratedSource(
        String name,
        List<Long> lengths,
        long rowsPerSecond,
        InstantSource clock,
        Function<ScanRequest, RowMaker> makers)
        implements Source {
    static final long ENDLESS = Long.MAX_VALUE;

    @Override
    public boolean isBounded() {
        return lengths.stream().allMatch(l -> l != ENDLESS);
    }

    @Override
    public ChangelogMode changelogMode() {
        return ChangelogMode.INSERT_ONLY;
    }

    @Override
    public List<Split> discover(Set<String> known) {
        List<Split> splits = new ArrayList<>();
        for (int part = 0; part < lengths.size(); part++) {
            splits.add(new Split(id(part), "0"));
        }
        return splits;
    }

    private String id(int part) {
        return name + "-" + part + "-of-" + lengths.size();
    }

    /** The part that a split's id names. */
    int part(String id) {
        for (int part = 0; part < lengths.size(); part++) {
            if (id.equals(id(part))) {
                return part;
            }
        }
        throw new IllegalArgumentException("'" + id + "' is none of the " + lengths.size() + " splits of " + name);
    }

    @Override
    public long discoveryIntervalMillis() {
        return 0;
    }

    @Override
    public SourceReader open(ScanRequest request) {
        return new GeneratedReader(this, makers.apply(request));
    }
}
