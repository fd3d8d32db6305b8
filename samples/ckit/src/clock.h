#ifndef CKIT_CLOCK_H
#define CKIT_CLOCK_H

#include <stdbool.h>
#include <stddef.h>

/* Reads "7:05" or "07:05" as minutes since midnight; -1 where it is no time. */
int clock_parse(const char *text);
/* Writes minutes since midnight as "07:05"; days are left out. */
void clock_format(int minutes, char into[6]);
/* Minutes from one time to the next time that the clock shows the other. */
int clock_until(int from, int to);
bool clock_is_night(int minutes);

#endif
