package dev.headrace.runtime.control;

import dev.headrace.runtime.json.JsonText;

/** An answer of the control API. */
record Answer(int status, String body) {
    static Answer ok(JsonText body) {
        return new Answer(200, body.toString());
    }

    /** What was asked is being done. */
    static Answer accepted() {
        return new Answer(202, "{}");
    }

    static Answer error(int status, String sentence) {
        return new Answer(status, new JsonText().put("error", sentence).toString());
    }
}
