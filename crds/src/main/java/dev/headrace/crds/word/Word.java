package dev.headrace.crds.word;

/** A word that users see in a status, a condition or an event, and what it tells them. The name is the word. */
public interface Word {
    String name();

    /** A sentence, for the docs and for messages. */
    String sentence();
}
