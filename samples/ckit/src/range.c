#include "range.h"

struct range range_of(int one, int other)
{
    struct range range;
    range.low = one < other ? one : other;
    range.high = one < other ? other : one;
    return range;
}

int range_size(struct range range)
{
    return range.high - range.low;
}

bool range_has(struct range range, int number)
{
    return number >= range.low && number < range.high;
}

bool range_meets(struct range a, struct range b)
{
    return a.low < b.high && b.low < a.high;
}

struct range range_common(struct range a, struct range b)
{
    struct range common;
    if (!range_meets(a, b)) {
        common.low = 0;
        common.high = 0;
        return common;
    }
    common.low = a.low > b.low ? a.low : b.low;
    common.high = a.high < b.high ? a.high : b.high;
    return common;
}

int range_clamp(struct range range, int number)
{
    if (number < range.low) return range.low;
    if (number >= range.high) return range.high - 1;
    return number;
}
