package dev.headrace.api.error;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Names that somebody may have meant. */
public final class Names {
    private Names() {}

    /** {@code ; did you mean 'price'?} for a name that is close to the given one, else nothing. */
    public static String suggestion(String given, Collection<String> known) {
        return closest(given, known).map(n -> "; did you mean '" + n + "'?").orElse("");
    }

    /** The known name that is closest to the given one, if any is close. */
    public static Optional<String> closest(String given, Collection<String> known) {
        int most = given.length() < 3 ? 0 : Math.max(1, given.length() / 3);
        return known.stream()
                .filter(n -> !n.equals(given) && distance(given, n) <= most)
                .min(Comparator.comparingInt((String n) -> distance(given, n)).thenComparing(n -> n));
    }

    /** Letters to be added, dropped, changed or swapped with their neighbour, whatever their case. */
    private static int distance(String left, String right) {
        String a = left.toLowerCase(Locale.ROOT);
        String b = right.toLowerCase(Locale.ROOT);
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                cost[i][j] = Math.min(Math.min(cost[i - 1][j], cost[i][j - 1]) + 1, cost[i - 1][j - 1] + change);
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
                }
            }
        }
        return cost[a.length()][b.length()];
    }
}
