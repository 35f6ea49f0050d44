package dev.headrace.core.run;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Where to stop reading, for each split of a job.
 *
 * @param places all splits; what is not among them has no place in the cut
 */
public record Cut(List<Place> places) {
    public Cut {
        places = List.copyOf(places);
    }

    /**
     * A place in a split.
     *
     * @param scan identity of the scan, as in {@code Manifest.SplitState}
     * @param position the reader's, of the first row that is not read
     */
    public record Place(String scan, String split, String position) {}

    /** The positions of one scan, by split. */
    Map<String, String> of(String scan) {
        return places.stream()
                .filter(p -> p.scan().equals(scan))
                .collect(Collectors.toMap(Place::split, Place::position));
    }
}
