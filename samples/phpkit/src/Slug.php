<?php

declare(strict_types=1);

namespace Phpkit;

/** Turns titles into parts of addresses. */
final class Slug
{
    public function __construct(private readonly string $separator = '-', private readonly ?int $limit = null)
    {
    }

    public function of(string $title): string
    {
        preg_match_all('/[a-z0-9]+/', strtolower($title), $found);
        $words = $found[0];
        if ($words === []) {
            return 'untitled';
        }

        return $this->limit === null ? implode($this->separator, $words) : $this->shortened($words);
    }

    /** @param list<string> $taken */
    public function unique(string $title, array $taken): string
    {
        $slug = $this->of($title);
        if (!in_array($slug, $taken, true)) {
            return $slug;
        }
        $number = 2;
        while (in_array($slug . $this->separator . $number, $taken, true)) {
            $number++;
        }

        return $slug . $this->separator . $number;
    }

    /** Whole words, as many as fit; a first word that is too long is cut. */
    private function shortened(array $words): string
    {
        $slug = substr($words[0], 0, $this->limit);
        foreach (array_slice($words, 1) as $word) {
            $longer = $slug . $this->separator . $word;
            if (strlen($longer) > $this->limit) {
                break;
            }
            $slug = $longer;
        }

        return $slug;
    }
}
