package dev.headrace.connect.files;

/**
 * A file as found.
 *
 * @param id its path below the table's folder, with {@code /} between names: the same on every machine
 * @param size bytes as stored
 */
record FileEntry(String id, long size, long modifiedMillis) {
    String name() {
        return id.substring(id.lastIndexOf('/') + 1);
    }

    /** Whether some name on the path marks the file as no data: in progress, or a note such as {@code _SUCCESS}. */
    boolean isHidden() {
        boolean first = true;
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            if (first && (c == '.' || c == '_')) {
                return true;
            }
            first = c == '/';
        }
        return false;
    }

    static boolean isCompressed(String id) {
        return id.endsWith(".gz") || id.endsWith(".gzip");
    }
}
