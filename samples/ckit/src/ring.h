#ifndef CKIT_RING_H
#define CKIT_RING_H

#include <stdbool.h>
#include <stddef.h>

#define RING_CAPACITY 8

/* A queue of numbers that overwrites nothing: a full one refuses. */
struct ring {
    int items[RING_CAPACITY];
    size_t first;
    size_t count;
};

void ring_clear(struct ring *ring);
bool ring_push(struct ring *ring, int item);
bool ring_pop(struct ring *ring, int *item);
/* The item that is popped after `place` others; false where there is none. */
bool ring_peek(const struct ring *ring, size_t place, int *item);
long ring_sum(const struct ring *ring);
size_t ring_room(const struct ring *ring);

#endif
