/**
 * The format {@code csv}: one line a row, values in the order of the columns, quoted as in RFC 4180.
 *
 * <p>Options, as in Flink: {@code field-delimiter} (","), {@code quote-character} ("\""), {@code
 * disable-quote-character}, {@code escape-character} (none), {@code allow-comments} (lines that begin with "#"), {@code
 * ignore-parse-errors}, {@code null-literal} (none), {@code array-element-delimiter} (";"), {@code
 * write-bigdecimal-in-scientific-notation} (true). Besides, {@code header} = true says that the first line of each input
 * names the columns: it is skipped. Where each message is a record, there is no header.
 */
package dev.headrace.format.csv;
