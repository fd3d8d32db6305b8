<?php

declare(strict_types=1);

namespace Runproof;

/** What a run is asked to do. */
final class Request
{
    /** @param array<string, float>|null $selection test id => limit in seconds */
    public function __construct(public readonly ?array $selection, public readonly ?int $seed, public readonly bool $failFast, public readonly float $seconds, public readonly ?string $reach)
    {
    }

    public function limitOf(string $id): float
    {
        return $this->selection[$id] ?? $this->seconds;
    }
}

/** Runs PHPUnit in processes of its own and keeps the time. A test that outlasts its limit ends its process, and the rest goes on in a new one. */
final class Supervisor
{
    private const MOST_PROCESSES = 30;
    /** A run that stops at the first failure also stops at this many tests cut by their limit. */
    private const TIMEOUTS_TO_STOP = 2;
    private const LONGEST_FILTER = 30000;

    private int $timeouts = 0;
    private array $files;
    private string $scratch;

    /** @var array{id: string, file: string, until: float, limit: float}|null */
    private ?array $running = null;
    private ?array $failure = null;
    private int $open = 0;
    private bool $begun = false;

    public function __construct(private readonly Configuration $configuration, private readonly Request $request, private readonly Results $results)
    {
        $this->files = $configuration->files();
        $this->scratch = sys_get_temp_dir() . '/runproof-' . bin2hex(random_bytes(6));
        mkdir($this->scratch, 0700);
    }

    public function run(): void
    {
        for ($i = 0; $i < self::MOST_PROCESSES && $this->files !== []; $i++) {
            if ($this->process() || ($this->request->failFast && ($this->results->hasFailed($this->request->selection) || $this->timeouts >= self::TIMEOUTS_TO_STOP))) {
                break;
            }
        }
    }

    /** One process, until it is done or ends. True where nothing is left to run. */
    private function process(): bool
    {
        [$this->running, $this->failure, $this->open, $this->begun] = [null, null, 0, false];
        $log = "$this->scratch/log";
        $output = "$this->scratch/output";
        file_put_contents($log, '');
        $this->configuration->write("$this->scratch/phpunit.xml", $this->shuffled($this->files), $this->request->reach !== null);
        $process = proc_open($this->command($log), [['file', '/dev/null', 'r'], ['file', $output, 'w'], ['file', $output, 'a']], $pipes, $this->configuration->root, $this->environment());
        $read = 0;
        $rest = '';
        $seen = hash_init('sha256');
        do {
            $status = proc_get_status($process);
            clearstatcache(true, $log);
            if (filesize($log) > $read) {
                $new = (string) file_get_contents($log, false, null, $read);
                hash_update($seen, $new);
                $read += strlen($new);
                $text = $rest . $new;
                $lines = explode("\n", $text);
                $rest = array_pop($lines);
                array_walk($lines, fn (string $line) => $this->take($line));
                continue;
            }
            if ($this->running !== null && microtime(true) > $this->running['until']) {
                posix_kill(-$status['pid'], SIGKILL);
                posix_kill($status['pid'], SIGKILL);
                proc_close($process);
                $this->timeouts++;
                $this->results->add($this->running['id'], $this->running['file'], 'timed out', $this->running['limit'], sprintf('%s of %g s', TIME_LIMIT, $this->running['limit']));

                return false;
            }
            usleep($status['running'] ? 3000 : 0);
        } while ($status['running'] || filesize($log) > $read);
        proc_close($process);

        // PHPUnit only ever appends. Code under test that writes the log anew gets no report at all.
        if (!hash_equals(hash_final($seen), (string) hash_file('sha256', $log))) {
            fwrite(STDERR, "runproof: the log of the tests was rewritten while they ran\n");
            exit(70);
        }
        $said = (string) file_get_contents($output);
        preg_match_all('/^runproof: .*$/m', $said, $notes);
        echo implode("\n", array_unique($notes[0])), "\n", substr($said, -8000), "\n";

        return $this->book($said);
    }

    /** How a process ended by itself. True where nothing is left to run. */
    private function book(string $output): bool
    {
        if ($this->running !== null) {
            $this->results->add($this->running['id'], $this->running['file'], 'errored', 0, 'the test ended its process', substr($output, -2000));

            return false;
        }
        if ($this->begun && $this->open === 0) {
            return true;
        }
        if (!$this->begun && preg_match('/No tests executed/', $output)) {
            return true;
        }

        // A test file that cannot be loaded takes all others with it: those run without it.
        $named = array_values(array_filter($this->files, fn (string $file): bool => str_contains($output, $file)));
        $message = substr(trim($output) === '' ? 'the process ended before its tests did' : trim($output), 0, 4000);
        if (!$this->begun && $named !== [] && count($this->files) > 1) {
            $this->results->collection[relative($named[0], $this->configuration->root)] = $message;
            $this->files = array_values(array_diff($this->files, [$named[0]]));

            return false;
        }
        $this->results->collection['tests'] = $message;

        return true;
    }

    private function take(string $line): void
    {
        if (!preg_match("/^##teamcity\[(\w+)((?: \w+='(?:[^'|]|\|.)*')*)/s", $line, $match)) {
            return;
        }
        preg_match_all("/ (\w+)='((?:[^'|]|\|.)*)'/s", $match[2], $pairs);
        $values = array_map($this->plain(...), array_combine($pairs[1], $pairs[2]));
        switch ($match[1]) {
            case 'testSuiteStarted':
                $this->open++;
                $this->begun = true;
                break;
            case 'testSuiteFinished':
                $this->open--;
                break;
            case 'testStarted':
                $this->begin($values);
                break;
            case 'testFailed':
                $this->failure = ['failed', ...$this->failureOf($values)];
                break;
            case 'testIgnored':
                $this->failure ??= ['skipped', $values['message'] ?? '', $values['details'] ?? '', []];
                break;
            case 'testFinished':
                $this->end($values);
        }
    }

    private function begin(array $values): void
    {
        [$file, $id] = explode('::\\', substr($values['locationHint'] ?? '', strlen('php_qn://')), 2) + ['', ''];
        $id = oneLine($id);
        $limit = $this->request->limitOf($id);
        $this->failure = null;
        $this->running = ['id' => $id, 'file' => $file, 'limit' => $limit, 'until' => $limit > 0 ? microtime(true) + $limit : INF];
    }

    private function end(array $values): void
    {
        if ($this->running === null) {
            return;
        }
        ['id' => $id, 'file' => $file] = $this->running;
        $this->running = null;
        [$outcome, $message, $details, $more] = $this->failure ?? ['passed', '', '', []];

        // PHPUnit puts a test of its own in the place of one that it cannot make.
        if (preg_match('/^PHPUnit\\\\Framework\\\\(?:WarningTestCase|ErrorTestCase|WarningTest)\b/', $id)) {
            $this->results->collection[$message === '' ? $id : substr(oneLine($message), 0, 200)] = $message;

            return;
        }
        $this->results->add($id, $file, $outcome, (float) ($values['duration'] ?? 0) / 1000, $message, $details, $more);
    }

    private function failureOf(array $values): array
    {
        $message = trim($values['message'] ?? '');
        $details = $message . "\n" . ($values['details'] ?? '');

        return [explode("\n", $message)[0], $details, array_intersect_key($values, ['actual' => 0, 'expected' => 0])];
    }

    private function plain(string $text): string
    {
        return preg_replace_callback('/\|(?:0x([0-9a-fA-F]{4})|(.))/s', fn (array $one): string => $one[1] !== '' ? mb_chr(hexdec($one[1])) : (['n' => "\n", 'r' => "\r"][$one[2]] ?? $one[2]), $text) ?? $text;
    }

    private function command(string $log): array
    {
        $program = is_file("{$this->configuration->root}/vendor/phpunit/phpunit/phpunit") ? "{$this->configuration->root}/vendor/phpunit/phpunit/phpunit" : '/usr/bin/phpunit';
        $words = ['setsid', '--wait', PHP_BINARY, '-d', 'memory_limit=-1', '-d', 'display_errors=1', '-d', 'error_log=/dev/stderr', '-d', 'pcov.enabled=' . (int) ($this->request->reach !== null), '-d', "pcov.directory={$this->configuration->root}",
            '-d', 'pcov.exclude=~/vendor/~', $program, '--configuration', "$this->scratch/phpunit.xml", '--log-teamcity', $log, '--no-coverage', '--do-not-cache-result', '--colors=never'];
        if ($this->request->failFast) {
            array_push($words, '--stop-on-failure', '--stop-on-error');
        }
        if ($this->request->seed !== null) {
            array_push($words, '--order-by', 'random', '--random-order-seed', (string) $this->request->seed);
        }
        $filter = $this->filter();

        return $filter === null ? $words : [...$words, '--filter', $filter];
    }

    private function environment(): array
    {
        $environment = getenv();
        $bootstrap = $this->configuration->bootstrap();
        if ($bootstrap !== null) {
            $environment['RUNPROOF_BOOTSTRAP'] = $bootstrap;
        }
        if ($this->request->reach !== null) {
            $environment['RUNPROOF_HITS'] = $this->request->reach;
            $environment['RUNPROOF_ROOT'] = $this->configuration->root;
        }

        return $environment;
    }

    /** The chosen tests with those that they depend on, without those that are done; null where all are to run. */
    private function filter(): ?string
    {
        $quote = fn (string $id): string => str_replace([' ', '/'], ['\s+', '\/'], preg_quote($id));
        $done = $this->results->tests === [] ? '' : '(?!(?:' . implode('|', array_map($quote, array_keys($this->results->tests))) . ')$)';
        if ($this->request->selection === null) {
            return $done === '' ? null : "/^$done/s";
        }
        $names = array_keys($this->request->selection);
        $exact = "/^$done(?:" . implode('|', array_map($quote, [...$names, ...$this->needed()])) . ')(?:\s+with\s+data\s+set\s.*)?$/s';
        if (strlen($exact) <= self::LONGEST_FILTER) {
            return str_replace(')(?:\s+with\s+data\s+set\s.*)?$', $this->needed() === [] ? ')$' : ')(?:\s+with\s+data\s+set\s.*)?$', $exact);
        }
        $methods = array_unique(array_map(fn (string $id): string => $quote(explode(' ', $id)[0]), $names));

        return '/^(?:' . implode('|', $methods) . ')\b/s';
    }

    /** @return list<string> tests that others in the chosen files say that they depend on */
    private function needed(): array
    {
        $needed = [];
        foreach (array_keys($this->request->selection) as $id) {
            $classes[explode('::', $id)[0]] = true;
        }
        foreach ($this->files as $file) {
            preg_match_all('/@depends\s+(?:clone\s+|shallowClone\s+|!\w+\s+)?(\w+)\b|#\[\\\\?(?:[\w\\\\]+\\\\)?Depends\([\'"](\w+)/', (string) file_get_contents($file), $found);
            foreach (array_filter([...$found[1], ...$found[2]]) as $method) {
                foreach (array_keys($classes ?? []) as $class) {
                    $needed["$class::$method"] = true;
                }
            }
        }

        return array_keys($needed);
    }

    private function shuffled(array $files): array
    {
        if ($this->request->seed !== null) {
            mt_srand($this->request->seed);
            shuffle($files);
        }

        return $files;
    }
}
