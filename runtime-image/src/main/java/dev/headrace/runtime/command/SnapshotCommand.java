package dev.headrace.runtime.command;

import dev.headrace.api.error.Reason;
import dev.headrace.api.error.UserError;
import dev.headrace.core.snapshot.Manifest;
import dev.headrace.core.snapshot.SnapshotStore;
import dev.headrace.runtime.job.JobSetup;
import dev.headrace.runtime.pod.StartOrder;
import dev.headrace.runtime.storage.Stores;
import dev.headrace.runtime.terminal.Numbers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;

/** {@code headrace snapshot}. */
@CommandLine.Command(
        name = "snapshot",
        mixinStandardHelpOptions = true,
        description = "Looks at the snapshots of a job, keeps and removes them.")
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
            if (!manifest.revision().isEmpty()) {
                System.out.println("revision    " + manifest.revision());
            }
            System.out.println("created     " + Instant.ofEpochMilli(manifest.createdMillis()));
            System.out.println("finished    " + (manifest.finished() ? "yes" : "no"));
            System.out.println("state       " + Numbers.bytes(manifest.stateBytes()));
            for (Manifest.SplitState split : manifest.splits()) {
                System.out.println(
                        "split       " + split.split() + " at " + split.position() + (split.ended() ? " (ended)" : ""));
            }
            for (Manifest.TableState table : manifest.tables()) {
                System.out.println("table       " + table.table() + " of " + step(manifest, table)
                        + (table.namespace() == 0 ? "" : " at " + table.namespace()) + ": "
                        + Numbers.bytes(table.bytes()) + " in " + table.chunks().size() + " chunks");
            }
        }
        return 0;
    }

    private static String step(Manifest manifest, Manifest.TableState table) {
        return manifest.steps().stream()
                .filter(s -> s.operator().equals(table.operator()))
                .map(Manifest.StepState::step)
                .findFirst()
                .orElse("step " + table.operator().substring(0, 8));
    }

    @CommandLine.Command(
            name = "pin",
            mixinStandardHelpOptions = true,
            description =
                    "Makes the last snapshot of a job that does not run a savepoint, which stays until it is removed."
                            + " Where the job has none yet, that is said and is no error.")
    int pin(
            @CommandLine.Parameters(paramLabel = "PATH", description = "The job's snapshot storage.") String path,
            @CommandLine.Parameters(paramLabel = "NAME", description = "The savepoint's.") String name,
            @CommandLine.Option(
                            names = "--revision",
                            paramLabel = "NAME",
                            description = "That goes on from the snapshot; needed where revisions have taken turns.")
                    Optional<String> revision)
            throws IOException {
        try (Stores stores = new Stores(Map.of())) {
            SnapshotStore store = store(stores, path);
            Optional<Manifest> last = revision.isPresent() ? store.goingOn(revision.get()) : store.latestSnapshot();
            String done = last.isEmpty()
                    ? "there is no snapshot in " + store.uri() + ", and nothing to keep"
                    : store.uri() + "/" + store.pin(last.get(), name);
            System.out.println(done);
            Termination.say(done);
            return 0;
        } catch (UserError | IOException e) {
            Termination.say(e instanceof IOException failed ? Reason.of(failed) : e.getMessage());
            throw e;
        }
    }

    @CommandLine.Command(
            name = "rm",
            mixinStandardHelpOptions = true,
            description =
                    "Removes a snapshot, and the state that only it refers to; with --all all that there is of the job."
                            + " What is not there any more is no error. While the job runs only savepoints may be removed.")
    int remove(
            @CommandLine.Parameters(paramLabel = "PATH", description = "The job's snapshot storage.") String path,
            @CommandLine.Parameters(
                            arity = "0..1",
                            paramLabel = "NAME",
                            description = "As ls gives it, or a savepoint's.")
                    String name,
            @CommandLine.Option(names = "--all", description = "Removes the job's whole state. Not while the job runs.")
                    boolean all)
            throws IOException {
        if (all == (name != null)) {
            throw UserError.request("rm takes either the name of a snapshot or --all");
        }
        try (Stores stores = new Stores(Map.of())) {
            SnapshotStore store = store(stores, path);
            String done = all ? removeAll(store) : remove(store, name);
            System.out.println(done);
            Termination.say(done);
            return 0;
        } catch (UserError | IOException e) {
            Termination.say(e instanceof IOException failed ? Reason.of(failed) : e.getMessage());
            throw e;
        }
    }

    private static String removeAll(SnapshotStore store) throws IOException {
        int objects = store.removeAll();
        return "removed the job's state in " + store.uri() + ": " + objects + " objects";
    }

    private static String remove(SnapshotStore store, String name) throws IOException {
        String object = StartOrder.once(Optional.of(name), false)
                .snapshot(store.uri())
                .filter(snapshot -> snapshot.storage().equals(store.uri()))
                .map(StartOrder.Snapshot::name)
                .orElseThrow(() -> UserError.request(name + " is not in " + store.uri()));
        if (store.find(object).isEmpty()) {
            return "there is no snapshot " + object + " in " + store.uri() + ", and nothing to remove";
        }
        // A job's other snapshots are its own to keep and to remove while it runs.
        boolean mayRun = object.startsWith("savepoints/");
        long since = mayRun ? System.currentTimeMillis() - SnapshotStore.IN_FLIGHT.toMillis() : Long.MAX_VALUE;
        store.remove(List.of(object), since);
        return "removed " + store.uri() + "/" + object;
    }

    private static SnapshotStore store(Stores stores, String path) {
        return new SnapshotStore(
                stores.open(JobSetup.withSecrets(path), Path.of("").toAbsolutePath()));
    }

    private static Manifest read(SnapshotStore store, String name) {
        try {
            return store.read(name);
        } catch (IOException e) {
            throw UserError.request(e.getMessage());
        }
    }
}
