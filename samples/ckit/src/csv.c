#include "csv.h"

#include <string.h>

int csv_split(char *line, char **fields, int most)
{
    char *read = line, *write = line;
    int count = 0;
    for (;;) {
        if (count == most) return -2;
        fields[count++] = write;
        if (*read == '"') {
            read++;
            while (*read != '"' || read[1] == '"') {
                if (*read == '\0') return -1;
                if (*read == '"') read++;
                *write++ = *read++;
            }
            read++;
        } else {
            while (*read != ',' && *read != '\0') {
                *write++ = *read++;
            }
        }
        if (*read == '\0') {
            *write = '\0';
            return count;
        }
        read++;
        *write++ = '\0';
    }
}

size_t csv_quote(const char *field, char *into, size_t size)
{
    size_t length = 0;
    const char *one;
    int quoted = strpbrk(field, ",\"\n") != NULL;
    if (strlen(field) + 1 > size) return 0;
    if (quoted) into[length++] = '"';
    for (one = field; *one != '\0'; one++) {
        if (length + 4 > size) return 0;
        if (*one == '"') into[length++] = '"';
        into[length++] = *one;
    }
    if (quoted) into[length++] = '"';
    into[length] = '\0';
    return length;
}
