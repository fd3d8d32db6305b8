<?php

declare(strict_types=1);

namespace Phpkit;

/** Roman numerals from 1 to 3999. */
final class Roman
{
    private const VALUES = ['M' => 1000, 'CM' => 900, 'D' => 500, 'CD' => 400, 'C' => 100, 'XC' => 90, 'L' => 50, 'XL' => 40, 'X' => 10, 'IX' => 9, 'V' => 5, 'IV' => 4, 'I' => 1];

    public static function encode(int $number): string
    {
        if ($number < 1 || $number > 3999) {
            throw new \RangeException("$number has no numeral");
        }
        $text = '';
        foreach (self::VALUES as $numeral => $value) {
            $text .= str_repeat($numeral, intdiv($number, $value));
            $number %= $value;
        }

        return $text;
    }

    public static function decode(string $text): int
    {
        $rest = strtoupper(trim($text));
        $total = 0;
        foreach (self::VALUES as $numeral => $value) {
            while (str_starts_with($rest, $numeral)) {
                $total += $value;
                $rest = substr($rest, strlen($numeral));
            }
        }
        if ($rest !== '' || $total === 0 || self::encode($total) !== strtoupper(trim($text))) {
            throw new \RangeException("'$text' is no numeral");
        }

        return $total;
    }
}
