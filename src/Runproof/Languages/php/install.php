<?php

// Brings the packages that composer.json names, with Composer; where that does not work, writes vendor/autoload.php for the project's own classes alone, as composer.json describes them, and says which packages are
// missing: php install.php in the root of the project. What it writes holds names of files and nothing of the code.

declare(strict_types=1);

$root = getcwd();
$project = json_decode((string) file_get_contents("$root/composer.json"), true);
if (!is_array($project)) {
    fwrite(STDERR, "composer.json cannot be read\n");
    exit(1);
}
exec('command -v composer', $found, $none);
if ($none === 0) {
    $platform = is_file("$root/composer.lock") ? 'install' : 'update';
    exec("timeout 600 composer $platform --no-interaction --no-progress --no-scripts --no-plugins --prefer-dist --ignore-platform-req=ext-xdebug 2>&1 </dev/null", $said, $code);
    if ($code === 0 && is_file("$root/vendor/autoload.php")) {
        exit(0);
    }
    $reason = array_values(array_filter(array_map('trim', $said), fn (string $line): bool => (bool) preg_match('/could not|failed|error|problem/i', $line)))[0] ?? 'it ended with exit code ' . $code;
    fwrite(STDERR, 'note: Composer could not install the packages (' . substr($reason, 0, 200) . "): an autoloader of the project's own classes takes their place\n");
} else {
    fwrite(STDERR, "note: there is no Composer: an autoloader of the project's own classes takes the place of its packages\n");
}

/** Paths below the root, of what "autoload" and "autoload-dev" say. */
$rules = ['psr-4' => [], 'psr-0' => [], 'classmap' => [], 'files' => []];
foreach (['autoload', 'autoload-dev'] as $part) {
    foreach ($project[$part] ?? [] as $kind => $entries) {
        foreach (isset($rules[$kind]) ? $entries : [] as $name => $paths) {
            foreach ((array) $paths as $path) {
                $rules[$kind][] = [(string) $name, trim($path, '/') === '.' ? '' : trim(preg_replace('~^\./~', '', $path), '/')];
            }
        }
    }
}

$missing = array_filter(array_keys(($project['require'] ?? []) + ($project['require-dev'] ?? [])), fn (string $name): bool => str_contains($name, '/') && !preg_match('~^(phpunit/phpunit|composer-.*/.*|.*(phpstan|psalm|coding-standard|cs-fixer|code-?sniffer|phpbench|rector|infection|composer-bin-plugin).*)$~', $name));
@mkdir("$root/vendor");
$told = ['psr-4' => $rules['psr-4'], 'psr-0' => $rules['psr-0'], 'classmap' => array_column($rules['classmap'], 1), 'files' => array_column($rules['files'], 1), 'missing' => array_values($missing)];
file_put_contents("$root/vendor/autoload.php", str_replace('[/* the rules */]', var_export($told, true), (string) file_get_contents(__DIR__ . '/autoload.php')));
foreach ($missing as $name) {
    fwrite(STDERR, "note: the package $name is not there\n");
}
