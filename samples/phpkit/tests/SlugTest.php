<?php

declare(strict_types=1);

namespace Phpkit\Tests;

use Phpkit\Slug;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;

final class SlugTest extends TestCase
{
    public static function titles(): iterable
    {
        yield 'words' => ['Hello, big World!', 'hello-big-world'];
        yield 'numbers' => ['Top 10', 'top-10'];
        yield 'nothing' => ['?!', 'untitled'];
    }

    #[Test]
    #[DataProvider('titles')]
    public function wordsAreJoined(string $title, string $slug): void
    {
        $this->assertSame($slug, (new Slug())->of($title));
    }

    #[Test]
    public function anotherSeparator(): void
    {
        $this->assertSame('a_b', (new Slug('_'))->of('a b'));
    }

    #[Test]
    public function aLimitKeepsWholeWords(): void
    {
        $slug = new Slug('-', 9);
        $this->assertSame('one-two', $slug->of('one two three'));
        $this->assertSame('abcd-efgh', $slug->of('abcd efgh'));
    }

    #[Test]
    public function aLongWordIsCut(): void
    {
        $this->assertSame('incompreh', (new Slug('-', 9))->of('incomprehensible'));
    }

    #[Test]
    public function aNewOneStaysAsItIs(): void
    {
        $this->assertSame('a-b', (new Slug())->unique('A b', []));
    }

    #[Test]
    public function takenOnesAreCountedFromTwo(): void
    {
        $slug = new Slug();
        $this->assertSame('a-b-2', $slug->unique('A b', ['a-b']));
        $this->assertSame('a-b-4', $slug->unique('A b', ['a-b', 'a-b-2', 'a-b-3']));
    }
}
