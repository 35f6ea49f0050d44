package dev.headrace.testing;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A script, the tables it reads, and the tables that must come out, however the job is run.
 *
 * @param name where it is, for people: {@code window/tumble}
 * @param expected by table the rows at the end, in any order; those of a bare SELECT are the table {@value #RESULT}
 * @param lateRows how many rows are dropped because they are late, where the case says so
 * @param error what the script is refused with, from its {@code line:column} on; such a case is not run
 * @param restarts whether the outcome is the same when the job is restarted on the way
 * @param disabled why it is left out at the moment
 */
public record Case(
        String name,
        String description,
        String script,
        List<TableRows> inputs,
        Map<String, List<List<String>>> expected,
        OptionalLong lateRows,
        Optional<String> error,
        boolean restarts,
        Optional<String> disabled) {
    /** The table that a bare SELECT is written to. */
    public static final String RESULT = "result";

    public Case {
        inputs = List.copyOf(inputs);
        expected = Map.copyOf(expected);
    }
}
