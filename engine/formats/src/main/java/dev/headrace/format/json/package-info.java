/** The format {@code json}: one JSON object a row. */
package dev.headrace.format.json;
