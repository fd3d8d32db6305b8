<?php

declare(strict_types=1);

namespace Phpkit;

/** A closed interval of numbers. */
final class Interval
{
    public function __construct(public readonly int $first, public readonly int $last)
    {
        if ($first > $last) {
            throw new \InvalidArgumentException("$first lies behind $last");
        }
    }

    public function length(): int
    {
        return $this->last - $this->first;
    }

    public function contains(int $number): bool
    {
        return $this->first <= $number && $number <= $this->last;
    }

    public function overlaps(self $other): bool
    {
        return $this->first <= $other->last && $other->first <= $this->last;
    }

    public function intersection(self $other): ?self
    {
        if (!$this->overlaps($other)) {
            return null;
        }

        return new self(max($this->first, $other->first), min($this->last, $other->last));
    }

    /**
     * Intervals that touch or overlap become one.
     *
     * @param list<self> $intervals
     *
     * @return list<self>
     */
    public static function merge(array $intervals): array
    {
        usort($intervals, fn (self $a, self $b): int => [$a->first, $a->last] <=> [$b->first, $b->last]);
        $merged = [];
        foreach ($intervals as $interval) {
            $previous = end($merged);
            if ($previous !== false && $previous->overlaps($interval)) {
                array_pop($merged);
                $interval = new self($previous->first, max($previous->last, $interval->last));
            }
            $merged[] = $interval;
        }

        return $merged;
    }
}
