#undef NDEBUG
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

static void test_trim(void)
{
    char text[] = "  a b\t\n";
    assert(strcmp(text_trim(text), "a b") == 0);
}

static void test_trim_of_nothing(void)
{
    char text[] = " \n ";
    assert(strcmp(text_trim(text), "") == 0);
}

static void test_starts(void)
{
    assert(text_starts("abcd", "abc"));
    assert(text_starts("abc", ""));
    assert(!text_starts("abc", "abcd"));
    assert(!text_starts("xbc", "ab"));
}

static void test_ends(void)
{
    assert(text_ends("name.c", ".c"));
    assert(!text_ends("name.c", ".h"));
    assert(!text_ends("c", "name.c"));
}

static void test_words(void)
{
    assert(text_words("") == 0);
    assert(text_words("one") == 1);
    assert(text_words("  two  words ") == 2);
}

static void test_compare(void)
{
    assert(text_compare("ABC", "abc") == 0);
    assert(text_compare("abc", "abd") < 0);
    assert(text_compare("b", "Abc") > 0);
    assert(text_compare("ab", "abc") < 0);
}

static void test_number(void)
{
    long number = 0;
    assert(text_number("120", &number));
    assert(number == 120);
    assert(text_number("-45", &number));
    assert(number == -45);
    assert(text_number("+7", &number) && number == 7);
}

static void test_no_number(void)
{
    long number = 3;
    assert(!text_number("", &number));
    assert(!text_number("-", &number));
    assert(!text_number("12a", &number));
    assert(number == 3);
}

int main(void)
{
    test_trim();
    test_trim_of_nothing();
    test_starts();
    test_ends();
    test_words();
    test_compare();
    test_number();
    test_no_number();
    puts("text: ok");
    return 0;
}
