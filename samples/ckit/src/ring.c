#include "ring.h"

void ring_clear(struct ring *ring)
{
    ring->first = 0;
    ring->count = 0;
}

bool ring_push(struct ring *ring, int item)
{
    if (ring->count == RING_CAPACITY) return false;
    ring->items[(ring->first + ring->count) % RING_CAPACITY] = item;
    ring->count++;
    return true;
}

bool ring_pop(struct ring *ring, int *item)
{
    if (ring->count == 0) return false;
    *item = ring->items[ring->first];
    ring->first = (ring->first + 1) % RING_CAPACITY;
    ring->count--;
    return true;
}

bool ring_peek(const struct ring *ring, size_t place, int *item)
{
    if (place >= ring->count) return false;
    *item = ring->items[(ring->first + place) % RING_CAPACITY];
    return true;
}

long ring_sum(const struct ring *ring)
{
    long sum = 0;
    size_t i;
    for (i = 0; i < ring->count; i++) {
        sum += ring->items[(ring->first + i) % RING_CAPACITY];
    }
    return sum;
}

size_t ring_room(const struct ring *ring)
{
    return RING_CAPACITY - ring->count;
}
