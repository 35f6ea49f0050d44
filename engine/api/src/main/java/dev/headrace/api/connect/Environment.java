package dev.headrace.api.connect;

import dev.headrace.api.storage.ObjectStores;
import java.time.InstantSource;

/**
 * What a connector gets from the process around it.
 *
 * @param stores opens {@code s3://} and local storage by URI
 * @param clock the time of day; connectors ask no other clock, so that tests control it
 * @param jobName unique among the jobs that share external systems; part of transaction ids and file names
 */
public record Environment(ObjectStores stores, InstantSource clock, String jobName) {}
