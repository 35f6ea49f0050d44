package dev.headrace.core.graph;

import java.util.List;

/**
 * What the output of a plan node means, apart from where its columns stand and which of them somebody reads.
 *
 * @param rows a digest of which rows there are: sources, keys, conditions, windows
 * @param columns for each column its value as a text over columns of tables, for example {@code price:BIGINT} or {@code
 *     SUM(price:BIGINT)}
 * @param family a digest of which rows the node keeps in state, and by which key: nodes of one family differ only in what
 *     they keep of a row, or compute of a group
 * @param step the node in a few words, for people
 */
public record Meaning(String rows, List<String> columns, String family, String step) {
    public Meaning {
        columns = List.copyOf(columns);
    }
}
