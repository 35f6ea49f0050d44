/** Plans, operators, time, state, snapshots and the job runner. Knows neither SQL nor Kubernetes. */
package dev.headrace.core;
