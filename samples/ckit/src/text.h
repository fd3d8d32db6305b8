#ifndef CKIT_TEXT_H
#define CKIT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Cuts white space off both ends, in place; returns where the text begins. */
char *text_trim(char *text);
bool text_starts(const char *text, const char *with);
bool text_ends(const char *text, const char *with);
size_t text_words(const char *text);
/* Compares without regard to case: below, equal to or above zero. */
int text_compare(const char *a, const char *b);
/* Reads a whole number of decimal digits with a sign; false where anything else stands there. */
bool text_number(const char *text, long *number);

#endif
