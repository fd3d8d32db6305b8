#undef NDEBUG
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "ring.h"

static void test_order(void)
{
    struct ring ring;
    int item;
    ring_clear(&ring);
    assert(ring_push(&ring, 3) && ring_push(&ring, 5));
    assert(ring_pop(&ring, &item));
    assert(item == 3);
    assert(ring_pop(&ring, &item));
    assert(item == 5);
}

static void test_empty(void)
{
    struct ring ring;
    int item;
    ring_clear(&ring);
    item = 7;
    assert(!ring_pop(&ring, &item));
    assert(item == 7);
    assert(!ring_peek(&ring, 0, &item));
}

static void test_full(void)
{
    struct ring ring;
    int item;
    ring_clear(&ring);
    for (item = 0; item < RING_CAPACITY; item++) assert(ring_push(&ring, item));
    assert(!ring_push(&ring, 9));
    assert(ring_room(&ring) == 0);
}

static void test_wraps(void)
{
    struct ring ring;
    int item;
    ring_clear(&ring);
    for (item = 0; item < 6; item++) ring_push(&ring, item);
    for (int i = 0; i < 5; i++) ring_pop(&ring, &item);
    for (int i = 10; i < 16; i++) assert(ring_push(&ring, i));
    assert(ring_peek(&ring, 6, &item));
    assert(item == 15);
    assert(ring_pop(&ring, &item));
    assert(item == 5);
}

static void test_peek(void)
{
    struct ring ring;
    int item;
    ring_clear(&ring);
    ring_push(&ring, 4);
    ring_push(&ring, 6);
    assert(ring_peek(&ring, 1, &item));
    assert(item == 6);
    assert(!ring_peek(&ring, 2, &item));
}

static void test_sum(void)
{
    struct ring ring;
    int item;
    ring_clear(&ring);
    assert(ring_sum(&ring) == 0);
    ring_push(&ring, 4);
    ring_push(&ring, -6);
    ring_push(&ring, 9);
    item = (int)ring_sum(&ring);
    assert(item == 7);
}

static void test_clear(void)
{
    struct ring ring;
    int item;
    ring_clear(&ring);
    ring_push(&ring, 4);
    ring_push(&ring, 4);
    ring_pop(&ring, &item);
    ring_clear(&ring);
    assert(ring_room(&ring) == RING_CAPACITY);
    ring_push(&ring, 8);
    assert(ring_pop(&ring, &item) && item == 8);
}

int main(void)
{
    test_order();
    test_empty();
    test_full();
    test_wraps();
    test_peek();
    test_sum();
    test_clear();
    puts("ring: ok");
    return 0;
}
