<?php

declare(strict_types=1);

namespace Phpkit;

/** Keeps the entries that were used last. */
final class LruCache
{
    private array $entries = [];
    private int $hits = 0;
    private int $misses = 0;

    public function __construct(private readonly int $capacity)
    {
        if ($capacity < 1) {
            throw new \InvalidArgumentException('a cache holds at least one entry');
        }
    }

    /** The value of a key; made by the function, and kept, where it is not there. */
    public function get(string $key, ?callable $make = null): mixed
    {
        if (array_key_exists($key, $this->entries)) {
            $this->hits++;
            $value = $this->entries[$key];
            unset($this->entries[$key]);
            $this->entries[$key] = $value;

            return $value;
        }
        $this->misses++;
        if ($make === null) {
            return null;
        }

        return $this->put($key, $make($key));
    }

    public function put(string $key, mixed $value): mixed
    {
        unset($this->entries[$key]);
        $this->entries[$key] = $value;
        if (count($this->entries) > $this->capacity) {
            array_shift($this->entries);
        }

        return $value;
    }

    /** @return list<string> the oldest first */
    public function keys(): array
    {
        return array_keys($this->entries);
    }

    /** @return array{hits: int, misses: int} */
    public function statistics(): array
    {
        return ['hits' => $this->hits, 'misses' => $this->misses];
    }
}
