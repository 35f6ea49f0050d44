package dev.headrace.core.operator.window;

import dev.headrace.core.plan.Window;

/**
 * The arithmetic of windows that lie the same for all keys. Time is cut into slices; a slice is named by its end, holds
 * [end - slice, end), and belongs whole to each window that it touches. All times are microseconds.
 *
 * @param slice length of a slice
 * @param size longest window
 */
record WindowTimes(Window window, long slice, long size, long offset) {
    /** A window fires, and its rows are late, when the watermark reaches its last millisecond. */
    static final long LAST_MOMENT = 1000;

    static WindowTimes of(Window window) {
        return switch (window) {
            case Window.Tumble(long size, long offset) -> new WindowTimes(window, size, size, offset);
            case Window.Hop(long size, long slide, long offset) -> new WindowTimes(window, slide, size, offset);
            case Window.Cumulate(long size, long step, long offset) -> new WindowTimes(window, step, size, offset);
            case Window.Session _, Window.Attached _ ->
                throw new IllegalArgumentException("these windows lie as their rows do: " + window);
        };
    }

    /** The end of the slice that holds a time. */
    long sliceEnd(long time) {
        return time - Math.floorMod(time - offset, slice) + slice;
    }

    /** The end of the first window that holds a slice; the others follow every slice. */
    long firstWindow(long sliceEnd) {
        return sliceEnd;
    }

    /** The end of the last window that holds a slice. */
    long lastWindow(long sliceEnd) {
        return switch (window) {
            case Window.Hop _ -> sliceEnd + size - slice;
            case Window.Cumulate _ -> start(sliceEnd) + size;
            default -> sliceEnd;
        };
    }

    /** The start of the window with that end. */
    long start(long windowEnd) {
        return window instanceof Window.Cumulate
                ? windowEnd - 1 - Math.floorMod(windowEnd - 1 - offset, size)
                : windowEnd - size;
    }

    /** The first end of a window with a slice that is still open at a watermark; beyond the last one if there is none. */
    long firstOpenWindow(long sliceEnd, long watermark) {
        if (sliceEnd - LAST_MOMENT > watermark) {
            return sliceEnd;
        }
        // The least sliceEnd + n * slice with sliceEnd + n * slice - LAST_MOMENT > watermark.
        long behind = watermark + LAST_MOMENT - sliceEnd;
        return sliceEnd + (behind / slice + 1) * slice;
    }
}
