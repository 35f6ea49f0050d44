package dev.headrace.connect.files;

/**
 * A place in a file between two records, written {@code offset:record}.
 *
 * @param offset decompressed bytes before it
 * @param record rows before it
 */
record FilePosition(long offset, long record) {
    static final FilePosition START = new FilePosition(0, 0);

    static FilePosition parse(String text) {
        int colon = text.indexOf(':');
        try {
            return new FilePosition(
                    Long.parseLong(text, 0, colon, 10), Long.parseLong(text, colon + 1, text.length(), 10));
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is no position in a file, such as 1024:17", e);
        }
    }

    @Override
    public String toString() {
        return offset + ":" + record;
    }
}
