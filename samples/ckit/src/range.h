#ifndef CKIT_RANGE_H
#define CKIT_RANGE_H

#include <stdbool.h>

/* The numbers from `low` on, below `high`. */
struct range {
    int low;
    int high;
};

struct range range_of(int one, int other);
int range_size(struct range range);
bool range_has(struct range range, int number);
bool range_meets(struct range a, struct range b);
/* What both hold: empty where they do not meet. */
struct range range_common(struct range a, struct range b);
int range_clamp(struct range range, int number);

#endif
