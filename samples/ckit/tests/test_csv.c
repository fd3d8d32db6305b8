#undef NDEBUG
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "csv.h"

static void test_plain(void)
{
    char line[64];
    char *fields[4];
    strcpy(line, "a,bc,d");
    assert(csv_split(line, fields, 4) == 3);
    assert(strcmp(fields[1], "bc") == 0);
    assert(strcmp(fields[2], "d") == 0);
}

static void test_empty_fields(void)
{
    char line[64];
    char *fields[4];
    strcpy(line, ",x,");
    assert(csv_split(line, fields, 4) == 3);
    assert(strcmp(fields[0], "") == 0);
    assert(strcmp(fields[1], "x") == 0);
    assert(strcmp(fields[2], "") == 0);
}

static void test_quoted(void)
{
    char line[64];
    char *fields[4];
    strcpy(line, "\"a,b\",c");
    assert(csv_split(line, fields, 4) == 2);
    assert(strcmp(fields[0], "a,b") == 0);
    assert(strcmp(fields[1], "c") == 0);
}

static void test_quotes_in_quotes(void)
{
    char line[64];
    char *fields[4];
    strcpy(line, "\"say \"\"no\"\"\",1");
    assert(csv_split(line, fields, 4) == 2);
    assert(strcmp(fields[0], "say \"no\"") == 0);
}

static void test_open_quote(void)
{
    char line[64];
    char *fields[4];
    strcpy(line, "a,\"b");
    assert(csv_split(line, fields, 4) == -1);
}

static void test_too_many(void)
{
    char line[64];
    char *fields[4];
    strcpy(line, "1,2,3,4,5");
    assert(csv_split(line, fields, 4) == -2);
    strcpy(line, "1,2,3,4");
    assert(csv_split(line, fields, 4) == 4);
}

static void test_quote_not_needed(void)
{
    char made[16];
    assert(csv_quote("abc", made, sizeof made) == 3);
    assert(strcmp(made, "abc") == 0);
}

static void test_quote_needed(void)
{
    char made[16];
    assert(csv_quote("a,\"b\"", made, sizeof made) == 9);
    assert(strcmp(made, "\"a,\"\"b\"\"\"") == 0);
}

static void test_quote_without_room(void)
{
    char made[4];
    assert(csv_quote("abcd", made, sizeof made) == 0);
    assert(csv_quote("", made, sizeof made) == 0);
}

int main(void)
{
    test_plain();
    test_empty_fields();
    test_quoted();
    test_quotes_in_quotes();
    test_open_quote();
    test_too_many();
    test_quote_not_needed();
    test_quote_needed();
    test_quote_without_room();
    puts("csv: ok");
    return 0;
}
