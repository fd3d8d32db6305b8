#include "clock.h"

#include <stdio.h>

#define DAY (24 * 60)

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

int clock_parse(const char *text)
{
    int hours = 0, minutes;
    if (!is_digit(*text)) return -1;
    while (is_digit(*text) && hours < 100) {
        hours = hours * 10 + (*text - '0');
        text++;
    }
    if (*text != ':' || !is_digit(text[1]) || !is_digit(text[2]) || text[3] != '\0') return -1;
    minutes = (text[1] - '0') * 10 + (text[2] - '0');
    if (hours > 23 || minutes > 59) return -1;
    return hours * 60 + minutes;
}

void clock_format(int minutes, char into[6])
{
    int rest = minutes % DAY;
    if (rest < 0) rest += DAY;
    snprintf(into, 6, "%02d:%02d", (rest / 60) % 24, rest % 60);
}

int clock_until(int from, int to)
{
    int minutes = (to - from) % DAY;
    return minutes < 0 ? minutes + DAY : minutes;
}

bool clock_is_night(int minutes)
{
    int hour = minutes / 60;
    return hour >= 22 || hour < 6;
}
