#include "bits.h"

#include <string.h>

static bool is_inside(int number)
{
    return number >= 0 && number < BITS_LIMIT;
}

void bits_clear(struct bits *set)
{
    memset(set, 0, sizeof(*set));
}

bool bits_add(struct bits *set, int number)
{
    if (!is_inside(number)) return false;
    set->bytes[number >> 3] |= (unsigned char)(1 << (number & 7));
    return true;
}

void bits_remove(struct bits *set, int number)
{
    if (!is_inside(number)) return;
    set->bytes[number >> 3] &= (unsigned char)~(1 << (number & 7));
}

bool bits_has(const struct bits *set, int number)
{
    if (!is_inside(number)) return false;
    return (set->bytes[number >> 3] & (1 << (number & 7))) != 0;
}

int bits_count(const struct bits *set)
{
    int count = 0, number;
    for (number = 0; number < BITS_LIMIT; number++) {
        if (bits_has(set, number)) count++;
    }
    return count;
}

int bits_next(const struct bits *set, int from)
{
    int number = from < 0 ? 0 : from;
    while (number < BITS_LIMIT) {
        if (bits_has(set, number)) return number;
        number++;
    }
    return -1;
}

void bits_join(struct bits *set, const struct bits *other)
{
    size_t i;
    for (i = 0; i < sizeof(set->bytes); i++) {
        set->bytes[i] |= other->bytes[i];
    }
}
