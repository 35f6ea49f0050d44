package dev.headrace.core.operator;

import java.util.Arrays;

/** Numbers that wait for a time each, the earliest first. Adding and taking are O(log n). */
public final class TimeHeap {
    private long[] times = new long[16];
    private int[] numbers = new int[16];
    private int size;

    public boolean isEmpty() {
        return size == 0;
    }

    public long firstTime() {
        return times[0];
    }

    public int firstNumber() {
        return numbers[0];
    }

    public void add(long time, int number) {
        if (size == times.length) {
            times = Arrays.copyOf(times, size * 2);
            numbers = Arrays.copyOf(numbers, size * 2);
        }
        int at = size++;
        while (at > 0 && times[at - 1 >>> 1] > time) {
            times[at] = times[at - 1 >>> 1];
            numbers[at] = numbers[at - 1 >>> 1];
            at = at - 1 >>> 1;
        }
        times[at] = time;
        numbers[at] = number;
    }

    public void removeFirst() {
        long time = times[--size];
        int number = numbers[size];
        int at = 0;
        for (int child = 1; child < size; child = 2 * at + 1) {
            if (child + 1 < size && times[child + 1] < times[child]) {
                child++;
            }
            if (times[child] >= time) {
                break;
            }
            times[at] = times[child];
            numbers[at] = numbers[child];
            at = child;
        }
        times[at] = time;
        numbers[at] = number;
    }
}
