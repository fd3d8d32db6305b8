<?php

declare(strict_types=1);

namespace Phpkit\Tests;

use Phpkit\Duration;
use PHPUnit\Framework\TestCase;

final class DurationTest extends TestCase
{
    public function testPartsAddUp(): void
    {
        $this->assertSame(3900, Duration::parse('1h 5m'));
        $this->assertSame(90, Duration::parse('90s'));
        $this->assertSame(86461, Duration::parse('1d1m1s'));
    }

    public function testCaseDoesNotMatter(): void
    {
        $this->assertSame(7200, Duration::parse('2H'));
    }

    public function testNoDuration(): void
    {
        $this->expectException(\InvalidArgumentException::class);
        Duration::parse('soon');
    }

    public function testAnUnknownUnit(): void
    {
        $this->expectExceptionMessage("there is no unit 'y'");
        Duration::parse('3 y');
    }

    public function testTheTwoLargestUnitsAreTold(): void
    {
        $this->assertSame('1h 5m', Duration::format(3905));
        $this->assertSame('1d 1s', Duration::format(86401));
    }

    public function testAsManyAsAskedFor(): void
    {
        $this->assertSame('1h 5m 5s', Duration::format(3905, 3));
        $this->assertSame('1h', Duration::format(3905, 1));
    }

    public function testNothingAndBackInTime(): void
    {
        $this->assertSame('0s', Duration::format(0));
        $this->assertSame('-1m 30s', Duration::format(-90));
    }
}
