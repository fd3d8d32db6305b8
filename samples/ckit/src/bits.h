#ifndef CKIT_BITS_H
#define CKIT_BITS_H

#include <stdbool.h>

#define BITS_LIMIT 128

/* A set of numbers from 0 to BITS_LIMIT - 1. */
struct bits {
    unsigned char bytes[BITS_LIMIT / 8];
};

void bits_clear(struct bits *set);
bool bits_add(struct bits *set, int number);
void bits_remove(struct bits *set, int number);
bool bits_has(const struct bits *set, int number);
int bits_count(const struct bits *set);
/* The least number of the set that is not below `from`; -1 where there is none. */
int bits_next(const struct bits *set, int from);
void bits_join(struct bits *set, const struct bits *other);

#endif
