package dev.headrace.testing;

import java.io.IOException;
import java.time.Duration;
import java.util.Random;

/**
 * A store that is away now and then: a call fails before or after it has taken effect, or takes long. Which it is depends on
 * the seed alone. Used by one thread.
 */
final class RandomFaults implements TestStore.Faults {
    private static final Duration LONG = Duration.ofMillis(30);
    /** After so many attempts failures become rarer, so that one gets to its end: each reads the manifests of all before it. */
    private static final int PATIENCE = 20;

    private final Random random;
    private final TestClock clock;
    private final int oneIn;
    private int rarer = 1;
    private int failed;

    /** @param oneIn of so many calls one fails, at each of the two places */
    RandomFaults(Random random, TestClock clock, int oneIn) {
        this.random = random;
        this.clock = clock;
        this.oneIn = oneIn;
    }

    /** Says which attempt it is now, from 1 on. */
    void begin(int attempt) {
        rarer = rarer(attempt);
    }

    /** How many times rarer failures are in an attempt. */
    static int rarer(int attempt) {
        return Math.max(1, attempt / PATIENCE);
    }

    @Override
    public void around(String call) throws IOException {
        int drawn = random.nextInt(oneIn * 2 * rarer);
        if (drawn == 0) {
            clock.advance(LONG);
        }
        if (drawn < 3 && drawn > 0) {
            failed++;
            throw new IOException("made to fail " + call);
        }
    }

    int failed() {
        return failed;
    }
}
