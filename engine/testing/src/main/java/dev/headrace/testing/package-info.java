/** The test kit: jobs on tables in memory, in one thread from a seed, killed and restored; and cases of SQL in files. */
package dev.headrace.testing;
