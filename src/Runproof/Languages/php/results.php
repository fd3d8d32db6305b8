<?php

declare(strict_types=1);

namespace Runproof;

/** What became of the tests, and the JUnit XML that says so; the id of each is its property "nodeid". */
final class Results
{
    private const ORDER = ['passed', 'skipped', 'errored', 'failed', 'timed out'];
    private const ELEMENTS = ['failed' => 'failure', 'timed out' => 'failure', 'errored' => 'error', 'skipped' => 'skipped'];

    /** @var array<string, array{outcome: string, file: string, seconds: float, message: string, details: string}> */
    public array $tests = [];

    /** @var array<string, string> */
    public array $collection = [];

    /** @var list<string> */
    public array $told = [];

    public function __construct(private readonly string $root, private readonly ?Behaviour $behaviour)
    {
    }

    public function add(string $id, string $file, string $outcome, float $seconds, string $message = '', string $details = '', array $more = []): void
    {
        $known = $this->tests[$id]['outcome'] ?? null;
        if ($known !== null && array_search($known, self::ORDER, true) >= array_search($outcome, self::ORDER, true)) {
            return;
        }
        $this->tests[$id] = ['outcome' => $outcome, 'file' => relative($file, $this->root) ?? '', 'seconds' => $seconds, 'message' => $message, 'details' => $details];
        if ($outcome === 'failed' && $this->behaviour !== null && ($line = $this->behaviour->of($id, $file, $message, $details, $more)) !== null) {
            $this->told[] = $line;
        }
    }

    public function hasFailed(?array $chosen): bool
    {
        return array_filter($this->of($chosen), fn (array $test): bool => $test['outcome'] === 'failed') !== [];
    }

    public function isBad(?array $chosen): bool
    {
        return $this->collection !== [] || array_filter($this->of($chosen), fn (array $test): bool => !in_array($test['outcome'], ['passed', 'skipped'], true)) !== [];
    }

    public function write(string $path, ?array $chosen): void
    {
        $tests = $this->of($chosen);
        $lines = ['<?xml version="1.0" encoding="utf-8"?>', '<testsuites><testsuite name="php" tests="' . count($tests) . '">'];
        foreach ($this->collection as $where => $message) {
            $lines[] = '<testcase classname="" name=' . $this->quoted($where) . '><error message="collection failure">' . $this->marked($message) . '</error></testcase>';
        }
        foreach ($tests as $id => $test) {
            [$class, $name] = explode('::', (string) $id, 2) + ['', ''];
            $head = sprintf(
                '<testcase classname=%s name=%s file=%s time="%.6f"><properties><property name="nodeid" value=%s/></properties>',
                $this->quoted($class), $this->quoted($name), $this->quoted($test['file']), $test['seconds'], $this->quoted((string) $id),
            );
            $element = self::ELEMENTS[$test['outcome']] ?? null;
            $lines[] = $element === null ? "$head</testcase>" : "$head<$element type=" . $this->quoted($element) . ' message=' . $this->quoted(substr($test['message'], 0, 2000)) . '>' . $this->marked(substr($test['details'], 0, 20000)) . "</$element></testcase>";
        }
        $lines[] = '</testsuite></testsuites>';
        file_put_contents("$path.partial", implode("\n", $lines));
        rename("$path.partial", $path);
    }

    private function of(?array $chosen): array
    {
        return $chosen === null ? $this->tests : array_intersect_key($this->tests, $chosen);
    }

    private function quoted(string $text): string
    {
        return '"' . $this->marked($text) . '"';
    }

    private function marked(string $text): string
    {
        return strtr(legal($text), ['&' => '&amp;', '<' => '&lt;', '>' => '&gt;', '"' => '&quot;', "\n" => '&#10;', "\r" => '&#13;', "\t" => '&#9;']);
    }
}
