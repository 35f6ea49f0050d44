package dev.headrace.bench;

import dev.headrace.api.error.UserError;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What one process measured of itself while it ran one query once.
 *
 * @param version of the engine
 * @param java version of the JVM that ran it
 * @param run counts from 1 among the runs of an engine, a query and a sink
 * @param wallSeconds of the job, from its start to its end
 * @param cpuSeconds user and system time of all threads of the process in that time, by the operating system
 * @param processCpuSeconds the same from the start of the process: with its JVM's start, planning, a cluster's start
 * @param peakRssMib most resident memory of the process, in MiB; -1 where the system does not tell
 * @param load runnable processes of the machine, averaged over the minute before; negative where unknown
 * @param total rows and checksum of the result, where the sink computed them
 */
record Measurement(
        String engine,
        String version,
        String java,
        String query,
        String sink,
        int run,
        long events,
        double wallSeconds,
        double cpuSeconds,
        double processCpuSeconds,
        long peakRssMib,
        double load,
        Optional<Total> total) {

    /** Rows of the final table and their checksum, as text: it is compared, not computed with. */
    record Total(long rows, String checksum) {}

    double eventsPerCpuSecond() {
        return events / cpuSeconds;
    }

    double eventsPerProcessCpuSecond() {
        return events / processCpuSeconds;
    }

    /** Reads the line that {@link NexmarkRun} and its like for other engines print: {@code name=value} pairs. */
    static Measurement parse(String line, String engine, int run, long events, double load) {
        Map<String, String> values = Arrays.stream(line.strip().split("\\s+"))
                .map(pair -> pair.split("=", 2))
                .filter(pair -> pair.length == 2)
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (_, last) -> last));
        try {
            return new Measurement(
                    engine,
                    required(values, "version", line),
                    required(values, "java", line),
                    required(values, "query", line),
                    required(values, "sink", line),
                    run,
                    events,
                    Double.parseDouble(required(values, "wall_s", line)),
                    Double.parseDouble(required(values, "cpu_s", line)),
                    Double.parseDouble(required(values, "process_cpu_s", line)),
                    Long.parseLong(required(values, "peak_rss_mib", line)),
                    load,
                    Optional.ofNullable(values.get("checksum"))
                            .map(sum -> new Total(Long.parseLong(required(values, "rows", line)), sum)));
        } catch (NumberFormatException e) {
            throw UserError.job("not a number where " + engine + " prints its figures: " + line, e);
        }
    }

    private static String required(Map<String, String> values, String name, String line) {
        return Optional.ofNullable(values.get(name))
                .orElseThrow(() -> UserError.job("no " + name + " in what a run printed: " + line));
    }

    /** One line of JSON, without its end. */
    String json() {
        String result = total.map(t -> String.format(",\"rows\":%d,\"checksum\":\"%s\"", t.rows, t.checksum))
                .orElse("");
        return String.format(
                Locale.ROOT,
                "{\"engine\":\"%s\",\"version\":\"%s\",\"java\":\"%s\",\"query\":\"%s\",\"sink\":\"%s\",\"run\":%d,\"events\":%d,\"wall_s\":%.2f,\"cpu_s\":%.2f,"
                        + "\"process_cpu_s\":%.2f,\"events_per_cpu_s\":%.0f,\"peak_rss_mib\":%d,\"load\":%.2f%s}",
                engine,
                version,
                java,
                query,
                sink,
                run,
                events,
                wallSeconds,
                cpuSeconds,
                processCpuSeconds,
                eventsPerCpuSecond(),
                peakRssMib,
                load,
                result);
    }
}
