#undef NDEBUG
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "range.h"

static void test_order(void)
{
    struct range range = range_of(7, 3);
    assert(range.low == 3);
    assert(range.high == 7);
    assert(range_size(range) == 4);
}

static void test_has(void)
{
    struct range range = range_of(3, 7);
    assert(range_has(range, 3));
    assert(range_has(range, 6));
    assert(!range_has(range, 7));
    assert(!range_has(range, 2));
}

static void test_meets(void)
{
    assert(range_meets(range_of(0, 5), range_of(4, 9)));
    assert(!range_meets(range_of(0, 5), range_of(5, 9)));
    assert(!range_meets(range_of(6, 9), range_of(0, 6)));
}

static void test_common(void)
{
    struct range common = range_common(range_of(0, 5), range_of(2, 9));
    assert(common.low == 2);
    assert(common.high == 5);
    common = range_common(range_of(3, 9), range_of(1, 4));
    assert(common.low == 3 && common.high == 4);
}

static void test_nothing_common(void)
{
    struct range common = range_common(range_of(4, 5), range_of(8, 9));
    assert(range_size(common) == 0);
    assert(common.low == 0);
}

static void test_clamp(void)
{
    struct range range = range_of(3, 7);
    assert(range_clamp(range, 1) == 3);
    assert(range_clamp(range, 5) == 5);
    assert(range_clamp(range, 7) == 6);
    assert(range_clamp(range, 50) == 6);
}

int main(void)
{
    test_order();
    test_has();
    test_meets();
    test_common();
    test_nothing_common();
    test_clamp();
    puts("range: ok");
    return 0;
}
