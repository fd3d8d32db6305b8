<?php

// In the process under test: which lines of the repository each test runs, by pcov, as JSON lines. Lines outside of functions run once, when the file is loaded: they belong to all.

declare(strict_types=1);

final class RunproofHits
{
    private string $root;
    private string $target;
    private array $functions = [];
    private array $shared = [];

    public function __construct()
    {
        $this->root = (string) getenv('RUNPROOF_ROOT');
        $this->target = (string) getenv('RUNPROOF_HITS');
        putenv('RUNPROOF_HITS');
        putenv('RUNPROOF_ROOT');
        file_put_contents($this->target, '');
        \pcov\start();
    }

    public function begin(): void
    {
        $this->take(null);
        \pcov\start();
    }

    public function end(string $test): void
    {
        $this->take($test);
        \pcov\start();
    }

    public function rest(): void
    {
        $this->take(null);
        $this->write(['shared' => true, 'lines' => array_map(fn (array $lines): array => $this->ranges(array_keys($lines)), $this->shared)]);
    }

    private function take(?string $test): void
    {
        \pcov\stop();
        $lines = [];
        foreach (\pcov\collect(\pcov\inclusive, \pcov\waiting()) as $path => $found) {
            if (!str_starts_with($path, $this->root . '/') || str_contains($path, '/vendor/')) {
                continue;
            }
            $file = substr($path, strlen($this->root) + 1);
            $inside = $this->functions[$path] ??= $this->linesInFunctions($path);
            ksort($found);
            $known = array_keys($found);
            foreach ($known as $place => $line) {
                if ($found[$line] <= 0) {
                    continue;
                }

                // A line without code of its own (the rest of a longer expression) goes with the one before it.
                $end = min(($known[$place + 1] ?? $line + 1) - 1, $line + 20);
                foreach (range($line, max($line, $end)) as $one) {
                    if ($test === null || !isset($inside[$line])) {
                        $this->shared[$file][$one] = true;
                    }
                    if ($test !== null) {
                        $lines[$file][] = $one;
                    }
                }
            }
        }
        \pcov\clear();
        if ($test !== null) {
            // PHPUnit 9 adds the data themselves to the name of a data set.
            $test = preg_replace('/^(.*? with data set (?:#\d+|".*?"))(?: \(.*)?$/s', '$1', $test);
            $this->write(['test' => trim((string) preg_replace('/\s+/u', ' ', $test)), 'lines' => (object) array_map($this->ranges(...), $lines)]);
        }
    }

    private function write(array $record): void
    {
        file_put_contents($this->target, json_encode($record, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE) . "\n", FILE_APPEND);
    }

    private function ranges(array $lines): array
    {
        $lines = array_unique($lines);
        sort($lines);
        $ranges = [];
        foreach ($lines as $line) {
            if ($ranges !== [] && $ranges[count($ranges) - 1][1] === $line - 1) {
                $ranges[count($ranges) - 1][1] = $line;
            } else {
                $ranges[] = [$line, $line];
            }
        }

        return $ranges;
    }

    /** Lines from the brace or arrow of a function to its end. */
    private function linesInFunctions(string $path): array
    {
        $inside = [];
        $depth = 0;
        $waiting = false;
        $begun = [];
        $line = 1;
        foreach (token_get_all((string) file_get_contents($path)) as $token) {
            [$kind, $text] = is_array($token) ? $token : [$token, $token];
            if ($kind === T_FUNCTION) {
                $waiting = true;
            } elseif ($text === '{' || $kind === T_CURLY_OPEN || $kind === T_DOLLAR_OPEN_CURLY_BRACES) {
                $depth++;
                if ($waiting && $text === '{') {
                    $begun[$depth] = $line;
                    $waiting = false;
                }
            } elseif ($text === '}') {
                if (isset($begun[$depth])) {
                    foreach (range($begun[$depth], $line) as $one) {
                        $inside[$one] = true;
                    }
                    unset($begun[$depth]);
                }
                $depth--;
            } elseif ($text === ';' && $waiting) {
                $waiting = false;
            }
            $line += substr_count($text, "\n");
        }

        return $inside;
    }
}

if (interface_exists(\PHPUnit\Runner\BeforeTestHook::class)) {
    final class RunproofReach implements \PHPUnit\Runner\BeforeTestHook, \PHPUnit\Runner\AfterTestHook, \PHPUnit\Runner\AfterLastTestHook
    {
        private RunproofHits $hits;

        public function __construct()
        {
            $this->hits = new RunproofHits();
        }

        public function executeBeforeTest(string $test): void
        {
            $this->hits->begin();
        }

        public function executeAfterTest(string $test, float $time): void
        {
            $this->hits->end($test);
        }

        public function executeAfterLastTest(): void
        {
            $this->hits->rest();
        }
    }
} else {
    require __DIR__ . '/reach_events.php';
}
