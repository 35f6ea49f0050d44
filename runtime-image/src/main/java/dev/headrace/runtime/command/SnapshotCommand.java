package dev.headrace.runtime.command;

import dev.headrace.api.error.UserError;
import dev.headrace.core.snapshot.Manifest;
import dev.headrace.core.snapshot.SnapshotStore;
import dev.headrace.runtime.storage.Stores;
import dev.headrace.runtime.terminal.Numbers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/** {@code headrace snapshot}. */
@CommandLine.Command(
        name = "snapshot",
        mixinStandardHelpOptions = true,
        description = "Looks at the snapshots of a job, and removes them.")
public final class SnapshotCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @CommandLine.Command(name = "ls", mixinStandardHelpOptions = true, description = "Lists snapshots, oldest first.")
    int list(@CommandLine.Parameters(paramLabel = "PATH", description = "The job's snapshot storage.") String path)
            throws IOException {
        try (Stores stores = new Stores(Map.of())) {
            List<SnapshotStore.Named> found = store(stores, path).list();
            System.out.printf(
                    "%-44s %-10s %-24s %10s %7s %s%n", "NAME", "KIND", "CREATED", "STATE", "SPLITS", "FINISHED");
            for (SnapshotStore.Named named : found) {
                Manifest manifest = named.manifest();
                System.out.printf(
                        "%-44s %-10s %-24s %10s %7d %s%n",
                        named.name(),
                        manifest.kind().name().toLowerCase(java.util.Locale.ROOT),
                        Instant.ofEpochMilli(manifest.createdMillis()),
                        Numbers.bytes(manifest.stateBytes()),
                        manifest.splits().size(),
                        manifest.finished() ? "yes" : "no");
            }
        }
        return 0;
    }

    @CommandLine.Command(name = "show", mixinStandardHelpOptions = true, description = "Shows what a snapshot holds.")
    int show(
            @CommandLine.Parameters(paramLabel = "PATH", description = "The job's snapshot storage.") String path,
            @CommandLine.Parameters(paramLabel = "NAME", description = "As ls gives it.") String name)
            throws IOException {
        try (Stores stores = new Stores(Map.of())) {
            Manifest manifest = read(store(stores, path), name);
            System.out.println("job         " + manifest.job());
            System.out.println("snapshot    " + manifest.id() + ", generation " + manifest.generation());
            System.out.println("created     " + Instant.ofEpochMilli(manifest.createdMillis()));
            System.out.println("finished    " + (manifest.finished() ? "yes" : "no"));
            System.out.println("state       " + Numbers.bytes(manifest.stateBytes()));
            for (Manifest.SplitState split : manifest.splits()) {
                System.out.println(
                        "split       " + split.split() + " at " + split.position() + (split.ended() ? " (ended)" : ""));
            }
            for (Manifest.TableState table : manifest.tables()) {
                System.out.println("table       " + table.table() + " of step "
                        + table.operator().substring(0, 8)
                        + (table.namespace() == 0 ? "" : " at " + table.namespace()) + ": "
                        + Numbers.bytes(table.bytes()) + " in " + table.chunks().size() + " chunks");
            }
        }
        return 0;
    }

    @CommandLine.Command(
            name = "rm",
            mixinStandardHelpOptions = true,
            description = "Removes a snapshot, and the state that only it refers to. Not while the job runs.")
    int remove(
            @CommandLine.Parameters(paramLabel = "PATH", description = "The job's snapshot storage.") String path,
            @CommandLine.Parameters(paramLabel = "NAME", description = "As ls gives it.") String name)
            throws IOException {
        try (Stores stores = new Stores(Map.of())) {
            SnapshotStore store = store(stores, path);
            read(store, name);
            store.remove(List.of(name));
        }
        return 0;
    }

    private static SnapshotStore store(Stores stores, String path) {
        return new SnapshotStore(stores.open(path, Path.of("").toAbsolutePath()));
    }

    private static Manifest read(SnapshotStore store, String name) {
        try {
            return store.read(name);
        } catch (IOException e) {
            throw UserError.request(e.getMessage());
        }
    }
}
