/** What a user's code and a connector see: types, batches, functions, sources and sinks. Depends on nothing. */
package dev.headrace.api;
