<?php

declare(strict_types=1);

namespace Phpkit\Tests;

use Phpkit\Roman;
use PHPUnit\Framework\TestCase;

final class RomanTest extends TestCase
{
    /** @dataProvider numerals */
    public function testBothWays(int $number, string $numeral): void
    {
        $this->assertSame($numeral, Roman::encode($number));
        $this->assertSame($number, Roman::decode($numeral));
    }

    public static function numerals(): array
    {
        return [[1, 'I'], [4, 'IV'], [9, 'IX'], [14, 'XIV'], [40, 'XL'], [444, 'CDXLIV'], [1994, 'MCMXCIV'], [3999, 'MMMCMXCIX']];
    }

    public function testCaseAndSpaceAroundDoNotMatter(): void
    {
        $this->assertSame(12, Roman::decode(' xii '));
    }

    /** @dataProvider noNumerals */
    public function testWhatIsNoNumeralIsRefused(string $text): void
    {
        $this->expectException(\RangeException::class);
        Roman::decode($text);
    }

    public static function noNumerals(): array
    {
        return ['repeated' => ['IIII'], 'letters' => ['ABC'], 'empty' => ['']];
    }

    public function testNoNumeralForZero(): void
    {
        $this->expectException(\RangeException::class);
        Roman::encode(0);
    }
}
