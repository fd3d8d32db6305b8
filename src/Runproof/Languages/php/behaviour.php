<?php

declare(strict_types=1);

namespace Runproof;

/** What a failing test called, got and expected, from what PHPUnit says and the text of the test's file: for the problem statement. Nothing of the repository runs here. */
final class Behaviour
{
    private const LONGEST = 600;
    private const LINES_ABOVE = 12;
    /** Assertions whose second argument is what came out; of the others it is the first. */
    private const SECOND = '/^assert(?:Not)?(?:Equals\w*|Same|Count|Contains\w*|InstanceOf|MatchesRegularExpression|RegExp|String\w+|GreaterThan\w*|LessThan\w*|JsonString\w*|ArrayHasKey|File\w*|XmlString\w*|Size\w*|Is\w*Type)/i';
    private const WORDS = ['assertTrue' => 'true', 'assertFalse' => 'false', 'assertNull' => 'null'];

    public function __construct(private readonly string $root)
    {
    }

    /** A JSON line; null where nothing can be said. */
    public function of(string $id, string $file, string $message, string $details, array $more): ?string
    {
        $record = ['test' => $id, 'message' => substr($message, 0, self::LONGEST), 'kind' => 'other'];
        $line = $this->lineOf($file, $details);
        $lines = $line > 0 ? (file($file, FILE_IGNORE_NEW_LINES) ?: []) : [];
        $name = null;
        if ($line > 0 && isset($lines[$line - 1])) {
            [$first, $statement] = $this->statement($lines, $line);
            [$name, $call, $expected] = $this->assertion($statement);
            $record['call'] = substr($call, 0, self::LONGEST);
            $record['setup'] = $this->setUp($lines, $first, $call);
        }
        if (preg_match('/^Failed asserting that exception of type "([^"]+)" is thrown/', $message, $thrown)) {
            return json(['kind' => 'not-raised', 'expected' => 'an error (' . $thrown[1] . ')'] + $record);
        }
        if (isset($more['actual'], $more['expected'])) {
            return json(['kind' => 'value', 'actual' => $this->shown($more['actual']), 'expected' => $this->shown($more['expected'])] + $record);
        }
        if (preg_match('/^Failed asserting that (.+) (?:matches expected|is identical to|is equal to) (.+?)\.?$/', $message, $pair)) {
            return json(['kind' => 'value', 'actual' => $pair[1], 'expected' => $pair[2]] + $record);
        }
        if (preg_match('/^Failed asserting that actual size (\d+) matches expected size (\d+)/', $message, $pair)) {
            return json(['kind' => 'value', 'actual' => "$pair[1] elements", 'expected' => "$pair[2] elements"] + $record);
        }
        if (isset(self::WORDS[$name ?? '']) && preg_match('/^Failed asserting that (.+) is (?:true|false|null)\.$/', $message, $pair)) {
            return json(['kind' => 'value', 'actual' => $pair[1], 'expected' => self::WORDS[$name]] + $record);
        }
        if (preg_match('/^Failed asserting that (.+?) ((?:contains|starts with|ends with|matches|has|is an instance of|is empty|is greater|is less|is not|does not).*?)\.?$/', $message, $pair)) {
            return json(['kind' => 'value', 'actual' => $pair[1], 'expected' => "a value that $pair[2]"] + $record);
        }
        if (!str_starts_with($message, 'Failed asserting') && preg_match('/^[\\\\\w]+(?:Exception|Error)\b.*$|^[\\\\\w]+ : .*/', $message)) {
            return json(['kind' => 'raises', 'actual' => substr(str_replace(' : ', ': ', $message), 0, self::LONGEST)] + $record);
        }

        return json($record);
    }

    private function shown(string $text): string
    {
        $text = trim(preg_replace('/\s+/u', ' ', preg_replace('/^Array &\d+ /m', 'Array ', $text) ?? $text) ?? $text);

        return mb_strlen($text) > self::LONGEST ? mb_substr($text, 0, self::LONGEST) . '...' : $text;
    }

    /** The place in the test's own file that a failure came from, 1-based; 0 where it is not known. */
    private function lineOf(string $file, string $details): int
    {
        return preg_match_all('~^\s*' . preg_quote($file, '~') . ':(\d+)\s*$~m', $details, $found) ? (int) $found[1][0] : 0;
    }

    /** @return array{int, string} where the statement around a line begins, and its text on one line */
    private function statement(array $lines, int $line): array
    {
        $first = $line - 1;
        while ($first > 0 && $line - $first < self::LINES_ABOVE && !preg_match('/[;{}]\s*(?:\/\/.*)?$|^\s*(?:\*\/|#|\/\/)|^\s*$/', $lines[$first - 1])) {
            $first--;
        }
        $last = $line;
        while ($last < count($lines) && $last - $first < self::LINES_ABOVE && !preg_match('/;\s*(?:\/\/.*)?$/', $lines[$last - 1])) {
            $last++;
        }
        $text = implode(' ', array_map('trim', array_slice($lines, $first, $last - $first)));

        return [$first + 1, rtrim(preg_replace(['/\s+/', '/([(\[]) /', '/,? ([)\]])/'], [' ', '$1', '$1'], $text), ';')];
    }

    /** @return array{?string, string, ?string} the assertion's name, what it looks at, what it expects */
    private function assertion(string $statement): array
    {
        if (!preg_match('/(?:\$this->|self::|static::|Assert::)?(assert\w+)\(/', $statement, $match, PREG_OFFSET_CAPTURE)) {
            return [null, $statement, null];
        }
        $arguments = $this->argumentsAt($statement, $match[0][1] + strlen($match[0][0]));
        $name = $match[1][0];
        $second = preg_match(self::SECOND, $name) === 1;

        return [$name, $arguments[$second ? 1 : 0] ?? $statement, $second ? $arguments[0] ?? null : null];
    }

    private function argumentsAt(string $text, int $start): array
    {
        $found = [];
        $depth = 0;
        $quote = null;
        $from = $start;
        for ($i = $start; $i < strlen($text); $i++) {
            $c = $text[$i];
            if ($quote !== null) {
                if ($c === '\\') {
                    $i++;
                } elseif ($c === $quote) {
                    $quote = null;
                }
            } elseif ($c === '"' || $c === "'") {
                $quote = $c;
            } elseif (str_contains('([{', $c)) {
                $depth++;
            } elseif ($depth === 0 && ($c === ',' || $c === ')')) {
                $found[] = trim(substr($text, $from, $i - $from));
                $from = $i + 1;
                if ($c === ')') {
                    break;
                }
            } elseif (str_contains(')]}', $c)) {
                $depth--;
            }
        }

        return $found;
    }

    /** Assignments above a statement, in the same test, that make what it uses; and those of setUp() for properties. */
    private function setUp(array $lines, int $first, string $call): array
    {
        preg_match_all('/\$this->\w+|\$\w+/', $call, $used);
        $names = array_fill_keys(array_diff($used[0], ['$this']), true);
        $found = [];
        for ($i = $first - 2; $i >= 0 && $first - $i <= self::LINES_ABOVE; $i--) {
            if (preg_match('/\bfunction\b/', $lines[$i])) {
                break;
            }
            if (preg_match('/^\s*(\$(?:this->)?\w+)\s*=[^=>].*;\s*$/', $lines[$i], $made) && isset($names[$made[1]]) && !isset($found[$made[1]])) {
                $found[$made[1]] = trim($lines[$i]);
                preg_match_all('/\$this->\w+|\$\w+/', $lines[$i], $used);
                $names += array_fill_keys($used[0], true);
            }
        }
        $before = [];
        foreach (array_keys($names) as $name) {
            foreach (str_starts_with($name, '$this->') && !isset($found[$name]) ? $lines : [] as $line) {
                if (preg_match('/^\s*' . preg_quote($name, '/') . '\s*=[^=>].*;\s*$/', $line)) {
                    $before[] = trim($line);
                    break;
                }
            }
        }

        return array_slice([...$before, ...array_reverse(array_values($found))], 0, 8);
    }
}
