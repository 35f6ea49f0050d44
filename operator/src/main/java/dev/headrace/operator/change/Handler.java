package dev.headrace.operator.change;

import java.util.List;

/** One step of a change: when it is over and what comes then, and what is done in it. Neither acts. */
interface Handler {
    Decision next(JobState state, Change change, Moment moment);

    List<Action> actions(Change change, Moment moment);
}
