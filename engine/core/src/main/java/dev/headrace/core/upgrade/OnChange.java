package dev.headrace.core.upgrade;

import dev.headrace.api.error.UserError;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What to do with state that a changed job needs and its snapshot lacks; {@code spec.upgrade.onChange}. */
public enum OnChange {
    /** Make it anew from rows that have been read already. Needs a replay, which comes with the handover: refused for now. */
    REBUILD("Rebuild"),
    /** Let it start empty, from the snapshot's positions on. */
    FROM_NOW("FromNow"),
    /** Refuse the change. */
    REJECT("Reject");

    private final String word;

    OnChange(String word) {
        this.word = word;
    }

    /** As jobs say it. */
    public String word() {
        return word;
    }

    public static OnChange of(String word) {
        return Arrays.stream(values())
                .filter(o -> o.word.equals(word))
                .findFirst()
                .orElseThrow(() -> UserError.request("'spec.upgrade.onChange' is '" + word + "', but takes "
                        + Arrays.stream(values()).map(OnChange::word).collect(Collectors.joining(", "))));
    }
}
