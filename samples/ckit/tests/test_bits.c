#undef NDEBUG
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "bits.h"

static void test_add(void)
{
    struct bits set;
    bits_clear(&set);
    assert(bits_add(&set, 9));
    assert(bits_has(&set, 9));
    assert(!bits_has(&set, 8));
    assert(!bits_has(&set, 1));
}

static void test_limits(void)
{
    struct bits set;
    bits_clear(&set);
    assert(bits_add(&set, 0));
    assert(bits_add(&set, BITS_LIMIT - 1));
    assert(!bits_add(&set, BITS_LIMIT));
    assert(!bits_add(&set, -1));
    assert(!bits_has(&set, BITS_LIMIT));
}

static void test_remove(void)
{
    struct bits set;
    bits_clear(&set);
    bits_add(&set, 10);
    bits_add(&set, 11);
    bits_remove(&set, 10);
    assert(!bits_has(&set, 10));
    assert(bits_has(&set, 11));
}

static void test_count(void)
{
    struct bits set;
    bits_clear(&set);
    assert(bits_count(&set) == 0);
    bits_add(&set, 0);
    bits_add(&set, 64);
    bits_add(&set, 64);
    bits_add(&set, 127);
    assert(bits_count(&set) == 3);
}

static void test_next(void)
{
    struct bits set;
    bits_clear(&set);
    bits_add(&set, 5);
    bits_add(&set, 70);
    assert(bits_next(&set, -3) == 5);
    assert(bits_next(&set, 5) == 5);
    assert(bits_next(&set, 6) == 70);
}

static void test_next_of_none(void)
{
    struct bits set;
    bits_clear(&set);
    assert(bits_next(&set, 0) == -1);
    bits_add(&set, 20);
    assert(bits_next(&set, 21) == -1);
}

static void test_join(void)
{
    struct bits set;
    bits_clear(&set);
    struct bits other;
    bits_clear(&other);
    bits_add(&set, 1);
    bits_add(&other, 2);
    bits_add(&other, 90);
    bits_join(&set, &other);
    assert(bits_has(&set, 1));
    assert(bits_count(&set) == 3);
    assert(bits_count(&other) == 2);
}

int main(void)
{
    test_add();
    test_limits();
    test_remove();
    test_count();
    test_next();
    test_next_of_none();
    test_join();
    puts("bits: ok");
    return 0;
}
