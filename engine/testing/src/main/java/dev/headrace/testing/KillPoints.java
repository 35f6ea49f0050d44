package dev.headrace.testing;

/** The places in a run at which a process may die: it says where it is, and may be told to die there. */
final class KillPoints {
    private final int dieAt;
    private int passed;
    private String died = "";

    private KillPoints(int dieAt) {
        this.dieAt = dieAt;
    }

    static KillPoints never() {
        return new KillPoints(0);
    }

    /** @param number of the place, counting from 1 */
    static KillPoints at(int number) {
        return new KillPoints(number);
    }

    /** Passes a place; throws {@link Killed} if that is where to die. */
    synchronized void pass(String place) {
        if (++passed == dieAt) {
            died = place;
            throw new Killed(place);
        }
    }

    /** Places passed so far. */
    synchronized int passed() {
        return passed;
    }

    @Override
    public synchronized String toString() {
        return died.isEmpty() ? "not killed" : "place " + dieAt + ", " + died;
    }

    /** The process is dead: what it had not stored is lost. */
    static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1;

        Killed(String place) {
            super("killed " + place, null, false, false);
        }
    }
}
