#ifndef CKIT_CSV_H
#define CKIT_CSV_H

#include <stddef.h>

/* Splits a line at commas, in place. A field in double quotes may hold commas, and two quotes for one.
 * Returns the number of fields; -1 where a quote is not closed; -2 where there are more than `most`. */
int csv_split(char *line, char **fields, int most);

/* Writes a field with quotes where it needs them. Returns the length, or 0 where `size` is too small. */
size_t csv_quote(const char *field, char *into, size_t size);

#endif
