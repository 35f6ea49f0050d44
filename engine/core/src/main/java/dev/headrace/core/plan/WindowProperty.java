package dev.headrace.core.plan;

/** A column about a row's window; TIME is the window's last millisecond. */
public enum WindowProperty {
    START,
    END,
    TIME
}
