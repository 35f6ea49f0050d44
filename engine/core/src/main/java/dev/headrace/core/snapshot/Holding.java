package dev.headrace.core.snapshot;

import java.util.List;
import java.util.Optional;

/**
 * What of a table somebody has: that of one snapshot, as its chunks, older before newer.
 *
 * @param generation of the process that wrote the snapshot; snapshots of one generation follow from each other in order of id
 */
public record Holding(long generation, long id, List<Manifest.Chunk> chunks) {
    public Holding {
        chunks = List.copyOf(chunks);
    }

    public static Holding of(Manifest manifest, Manifest.TableState table) {
        return new Holding(manifest.generation(), manifest.id(), table.chunks());
    }

    /**
     * The chunks that lead from here to another holding of the table, where there are such: those behind the runs that both
     * begin with. Where it has all runs of this one that is plain. Where some have been merged since, what takes their place says
     * the same and more, tombstones included, since only a run with nothing older lacks them; but only in a snapshot that
     * follows from this one.
     */
    public Optional<List<Manifest.Chunk>> changesTo(Holding newer) {
        List<List<Manifest.Chunk>> mine = Runs.of(chunks);
        List<List<Manifest.Chunk>> others = Runs.of(newer.chunks);
        int common = 0;
        while (common < Math.min(mine.size(), others.size()) && mine.get(common).equals(others.get(common))) {
            common++;
        }
        boolean follows = newer.generation == generation && newer.id >= id;
        if (common < mine.size() && (common == 0 || !follows)) {
            return Optional.empty();
        }
        return Optional.of(others.subList(common, others.size()).stream()
                .flatMap(List::stream)
                .toList());
    }
}
