"""Half-open intervals of integers."""


class Interval:
    """All integers from ``start`` up to, and without, ``end``."""

    def __init__(self, start, end):
        if end < start:
            raise ValueError("an interval ends before it starts")
        self.start = start
        self.end = end

    def __eq__(self, other):
        return isinstance(other, Interval) and self.start == other.start and self.end == other.end

    def __hash__(self):
        return hash((self.start, self.end))

    def __repr__(self):
        return f"Interval({self.start}, {self.end})"

    def __len__(self):
        return self.end - self.start

    def __contains__(self, value):
        return self.start <= value < self.end

    def overlaps(self, other):
        return self.start < other.end and other.start < self.end

    def intersection(self, other):
        start = max(self.start, other.start)
        end = min(self.end, other.end)
        if start >= end:
            return None
        return Interval(start, end)

    def shift(self, by):
        return Interval(self.start + by, self.end + by)


def merge(intervals):
    """The smallest list of intervals, in order, that covers the same integers."""
    result = []
    for interval in sorted(intervals, key=lambda one: (one.start, one.end)):
        if len(interval) == 0:
            continue
        if result and interval.start <= result[-1].end:
            last = result[-1]
            result[-1] = Interval(last.start, max(last.end, interval.end))
        else:
            result.append(interval)
    return result


def gaps(intervals, within):
    """What of ``within`` no interval covers."""
    free = []
    position = within.start
    for interval in merge(intervals):
        if interval.end <= within.start:
            continue
        if interval.start >= within.end:
            break
        if interval.start > position:
            free.append(Interval(position, interval.start))
        position = max(position, interval.end)
    if position < within.end:
        free.append(Interval(position, within.end))
    return free
