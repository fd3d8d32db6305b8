#include "text.h"

#include <ctype.h>
#include <string.h>

char *text_trim(char *text)
{
    char *end;
    while (isspace((unsigned char)*text)) text++;
    end = text + strlen(text);
    while (end > text && isspace((unsigned char)end[-1])) end--;
    *end = '\0';
    return text;
}

bool text_starts(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

bool text_ends(const char *text, const char *with)
{
    size_t length = strlen(text), wanted = strlen(with);
    if (wanted > length) return false;
    return strcmp(text + length - wanted, with) == 0;
}

size_t text_words(const char *text)
{
    size_t count = 0;
    bool inside = false;
    for (; *text != '\0'; text++) {
        if (isspace((unsigned char)*text)) {
            inside = false;
        } else if (!inside) {
            inside = true;
            count++;
        }
    }
    return count;
}

int text_compare(const char *a, const char *b)
{
    while (*a != '\0' && tolower((unsigned char)*a) == tolower((unsigned char)*b)) {
        a++;
        b++;
    }
    return tolower((unsigned char)*a) - tolower((unsigned char)*b);
}

bool text_number(const char *text, long *number)
{
    long value = 0;
    bool negative = *text == '-';
    if (*text == '-' || *text == '+') text++;
    if (*text == '\0') return false;
    for (; *text != '\0'; text++) {
        if (!isdigit((unsigned char)*text)) return false;
        value = value * 10 + (*text - '0');
    }
    *number = negative ? -value : value;
    return true;
}
