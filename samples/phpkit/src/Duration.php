<?php

declare(strict_types=1);

namespace Phpkit;

/** Lengths of time as text: "1h 5m", "90s". */
final class Duration
{
    private const UNITS = ['d' => 86400, 'h' => 3600, 'm' => 60, 's' => 1];

    public static function parse(string $text): int
    {
        if (preg_match_all('/(\d+)\s*([a-z])/i', trim($text), $parts, PREG_SET_ORDER) === 0) {
            throw new \InvalidArgumentException("'$text' is no duration");
        }
        $seconds = 0;
        foreach ($parts as [, $number, $unit]) {
            $size = self::UNITS[strtolower($unit)] ?? null;
            if ($size === null) {
                throw new \InvalidArgumentException("there is no unit '$unit'");
            }
            $seconds += (int) $number * $size;
        }

        return $seconds;
    }

    /** @param int $parts how many units are told at most */
    public static function format(int $seconds, int $parts = 2): string
    {
        if ($seconds === 0) {
            return '0s';
        }
        $sign = $seconds < 0 ? '-' : '';
        $rest = abs($seconds);
        $told = [];
        foreach (self::UNITS as $unit => $size) {
            $count = intdiv($rest, $size);
            if ($count > 0) {
                $told[] = $count . $unit;
            }
            $rest -= $count * $size;
        }

        return $sign . implode(' ', array_slice($told, 0, $parts));
    }
}
