<?php

declare(strict_types=1);

namespace Phpkit\Tests;

use Phpkit\LruCache;
use PHPUnit\Framework\TestCase;

final class LruCacheTest extends TestCase
{
    private LruCache $cache;

    protected function setUp(): void
    {
        $this->cache = new LruCache(2);
    }

    public function testAValueIsMadeOnce(): void
    {
        $this->assertSame('aa', $this->cache->get('a', fn (string $key): string => $key . $key));
        $this->assertSame('aa', $this->cache->get('a', fn (): string => 'made again'));
    }

    public function testWithoutAFunctionThereIsNothing(): void
    {
        $this->assertNull($this->cache->get('a'));
        $this->assertSame([], $this->cache->keys());
    }

    public function testTheOldestEntryGoes(): void
    {
        $this->cache->put('a', 1);
        $this->cache->put('b', 2);
        $this->cache->put('c', 3);
        $this->assertSame(['b', 'c'], $this->cache->keys());
    }

    public function testUseMakesYoung(): void
    {
        $this->cache->put('a', 1);
        $this->cache->put('b', 2);
        $this->cache->get('a');
        $this->cache->put('c', 3);
        $this->assertSame(['a', 'c'], $this->cache->keys());
    }

    public function testNullIsAValue(): void
    {
        $this->cache->put('a', null);
        $this->assertNull($this->cache->get('a', fn (): int => 1));
    }

    public function testHitsAndMissesAreCounted(): void
    {
        $this->cache->get('a', fn (): int => 1);
        $this->cache->get('a');
        $this->cache->get('a');
        $this->assertSame(['hits' => 2, 'misses' => 1], $this->cache->statistics());
    }

    public function testACacheForNothingIsRefused(): void
    {
        $this->expectException(\InvalidArgumentException::class);
        new LruCache(0);
    }
}
