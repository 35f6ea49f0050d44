/** Where state goes that does not fit into memory. */
package dev.headrace.core.spill;
