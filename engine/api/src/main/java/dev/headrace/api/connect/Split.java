package dev.headrace.api.connect;

/**
 * A part of a source that is read in order by one reader.
 *
 * @param id stable name, for example {@code orders-3} or a file's path
 * @param position where to read on, in the connector's own words (an offset, bytes and lines); the start as discovered
 */
public record Split(String id, String position) {}
