package dev.headrace.operator.pod;

import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventSeries;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What Kubernetes has said of an object last, in a warning.
 *
 * @param since when it was said first
 * @param at when it was said last
 */
public record Warning(String reason, String note, Instant since, Instant at) {

    /** Which node takes a pod is told by the pod itself. */
    private static final List<String> TOLD_ELSEWHERE = List.of("FailedScheduling", "NetworkNotReady");

    /** @param events of one object */
    static Optional<Warning> latest(List<Event> events) {
        return events.stream()
                .filter(event -> "Warning".equals(event.getType()) && !TOLD_ELSEWHERE.contains(event.getReason()))
                .map(Warning::of)
                .max(Comparator.comparing(Warning::at).thenComparing(Warning::note));
    }

    /** Who writes events the older way gives other times, and who tells of a series others again. */
    private static Warning of(Event event) {
        List<Instant> times = Stream.of(
                        event.getDeprecatedFirstTimestamp(),
                        event.getDeprecatedLastTimestamp(),
                        event.getEventTime() == null
                                ? null
                                : event.getEventTime().getTime(),
                        Optional.ofNullable(event.getSeries())
                                .map(EventSeries::getLastObservedTime)
                                .map(time -> time.getTime())
                                .orElse(null))
                .flatMap(Stream::ofNullable)
                .flatMap(time -> parse(time).stream())
                .sorted()
                .toList();
        return new Warning(
                String.valueOf(event.getReason()),
                Optional.ofNullable(event.getNote()).orElse("").strip(),
                times.isEmpty() ? Instant.EPOCH : times.getFirst(),
                times.isEmpty() ? Instant.EPOCH : times.getLast());
    }

    private static Optional<Instant> parse(String time) {
        try {
            return Optional.of(OffsetDateTime.parse(time).toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
