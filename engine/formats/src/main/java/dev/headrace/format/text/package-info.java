/** Values as text, as the formats that people can read share it: bytes to cells of columns, and back. */
package dev.headrace.format.text;
