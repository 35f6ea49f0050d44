package dev.headrace.connect.kafka;

/**
 * A place in a partition: the offset of the next record, and of the first that is not read, written {@code 17} or, where
 * there is an end, {@code 17/42}. The end is part of it so that a bounded job ends at the same place after a restart.
 */
record KafkaPosition(long offset, long end) {
    static final long NO_END = Long.MAX_VALUE;

    static KafkaPosition parse(String text) {
        int slash = text.indexOf('/');
        try {
            return slash < 0
                    ? new KafkaPosition(Long.parseLong(text), NO_END)
                    : new KafkaPosition(Long.parseLong(text, 0, slash, 10), Long.parseLong(text.substring(slash + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is no position in a partition, such as 17 or 17/42", e);
        }
    }

    @Override
    public String toString() {
        return end == NO_END ? Long.toString(offset) : offset + "/" + end;
    }
}
