<?php

declare(strict_types=1);

namespace Phpkit\Tests;

use Phpkit\Interval;
use PHPUnit\Framework\TestCase;

final class IntervalTest extends TestCase
{
    public function testItsLength(): void
    {
        $this->assertSame(3, (new Interval(2, 5))->length());
        $this->assertSame(0, (new Interval(2, 2))->length());
    }

    public function testTheEndDoesNotLieBeforeTheBeginning(): void
    {
        $this->expectException(\InvalidArgumentException::class);
        new Interval(2, 1);
    }

    public function testBothEndsBelongToIt(): void
    {
        $interval = new Interval(1, 3);
        $this->assertTrue($interval->contains(1));
        $this->assertTrue($interval->contains(3));
    }

    public function testWhatLiesOutside(): void
    {
        $interval = new Interval(1, 3);
        $this->assertFalse($interval->contains(0));
        $this->assertFalse($interval->contains(4));
    }

    public function testTouchingIsOverlapping(): void
    {
        $this->assertTrue((new Interval(1, 3))->overlaps(new Interval(3, 5)));
        $this->assertTrue((new Interval(3, 5))->overlaps(new Interval(1, 3)));
        $this->assertFalse((new Interval(1, 2))->overlaps(new Interval(3, 4)));
    }

    public function testTheIntersection(): void
    {
        $this->assertEquals(new Interval(2, 3), (new Interval(1, 3))->intersection(new Interval(2, 5)));
        $this->assertNull((new Interval(1, 2))->intersection(new Interval(3, 4)));
    }

    public function testMerging(): void
    {
        $this->assertEquals([new Interval(1, 4), new Interval(5, 6)], Interval::merge([new Interval(5, 6), new Interval(1, 3), new Interval(2, 4)]));
        $this->assertEquals([new Interval(1, 9)], Interval::merge([new Interval(1, 9), new Interval(2, 3)]));
        $this->assertSame([], Interval::merge([]));
    }
}
