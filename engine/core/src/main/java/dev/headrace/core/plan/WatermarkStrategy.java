package dev.headrace.core.plan;

import dev.headrace.core.expression.Expression;
import java.time.Duration;

/**
 * How a scan makes watermarks: per split, the running maximum of {@code expression} over its rows; over splits, the
 * minimum of those that are not idle.
 *
 * @param idleTimeout a split without rows for so long does not hold others back; zero: never idle
 * @param maxDrift alignment: a split further ahead of the slowest than this is paused; zero: no alignment
 */
public record WatermarkStrategy(Expression expression, Duration idleTimeout, Duration maxDrift) {}
