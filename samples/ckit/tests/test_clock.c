#undef NDEBUG
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"

static void test_parse(void)
{
    assert(clock_parse("7:05") == 425);
    assert(clock_parse("00:00") == 0);
    assert(clock_parse("23:59") == 1439);
}

static void test_parse_refuses(void)
{
    assert(clock_parse("24:00") == -1);
    assert(clock_parse("12:60") == -1);
    assert(clock_parse("12:5") == -1);
    assert(clock_parse("12:055") == -1);
    assert(clock_parse(":30") == -1);
}

static void test_format(void)
{
    char text[6];
    clock_format(425, text);
    assert(strcmp(text, "07:05") == 0);
    clock_format(1440, text);
    assert(strcmp(text, "00:00") == 0);
}

static void test_format_before_midnight(void)
{
    char text[6];
    clock_format(-1, text);
    assert(strcmp(text, "23:59") == 0);
}

static void test_until(void)
{
    assert(clock_until(60, 90) == 30);
    assert(clock_until(90, 60) == 1410);
    assert(clock_until(60, 60) == 0);
}

static void test_night(void)
{
    assert(clock_is_night(5 * 60 + 59));
    assert(!clock_is_night(6 * 60));
    assert(!clock_is_night(21 * 60 + 59));
    assert(clock_is_night(22 * 60));
}

int main(void)
{
    test_parse();
    test_parse_refuses();
    test_format();
    test_format_before_midnight();
    test_until();
    test_night();
    puts("clock: ok");
    return 0;
}
