<?php

// What the scripts for PHP share: the variables and test ids.
//
// Variables: RUNPROOF_REPORT (JUnit XML to write), RUNPROOF_SELECT (file of tests to run, each a line "SECONDS ID" with its limit), RUNPROOF_SHUFFLE (seed), RUNPROOF_FAIL_FAST,
// RUNPROOF_TEST_SECONDS (limit of each test without one of its own), RUNPROOF_REACH and RUNPROOF_BEHAVIOUR (JSON lines to write). run.php reads them; the process under test gets none of them.
//
// A test's id is PHPUnit's own: Class::method with data set "name".

declare(strict_types=1);

namespace Runproof;

const TIME_LIMIT = 'runproof: time limit';

/** The variables without their prefix; afterwards no process that is started inherits them. */
function variables(): array
{
    $found = [];
    foreach (getenv() as $name => $value) {
        if (str_starts_with($name, 'RUNPROOF_')) {
            putenv($name);
            if ($value !== '') {
                $found[substr($name, 9)] = $value;
            }
        }
    }

    return $found;
}

/** Text that XML bears. */
function legal(string $text): string
{
    $text = mb_scrub($text, 'UTF-8');

    return preg_replace('/[^\t\n\r\x{20}-\x{D7FF}\x{E000}-\x{FFFD}\x{10000}-\x{10FFFF}]/u', '?', $text) ?? '?';
}

function oneLine(string $text): string
{
    return trim(preg_replace('/\s+/u', ' ', legal($text)) ?? '');
}

function relative(string $file, string $root): ?string
{
    $full = realpath($file) ?: $file;

    return str_starts_with($full, $root . '/') ? substr($full, strlen($root) + 1) : null;
}

function json(array $value): string
{
    return json_encode($value, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE | JSON_THROW_ON_ERROR);
}

/** Test id => limit in seconds. */
function selection(string $file): array
{
    $chosen = [];
    foreach (file($file, FILE_IGNORE_NEW_LINES | FILE_SKIP_EMPTY_LINES) ?: [] as $line) {
        [$seconds, $id] = explode(' ', $line, 2) + ['', ''];
        $chosen[$id] = (float) $seconds;
    }

    return $chosen;
}
