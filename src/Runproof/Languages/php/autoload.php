<?php

// Written in the place of Composer's: loads the project's own classes by the rules of composer.json, and Debian's copies of packages where there are any.

declare(strict_types=1);

(static function (): void {
    /** @var array{psr-4: list<array{string, string}>, psr-0: list<array{string, string}>, classmap: list<string>, files: list<string>, missing: list<string>} $rules */
    $rules = [/* the rules */];
    $root = dirname(__DIR__);
    usort($rules['psr-4'], static fn (array $one, array $other): int => strlen($other[0]) <=> strlen($one[0]));
    $classes = null;

    /** Of folders whose files are not named after their classes; looked through when a class is found nowhere else. */
    $mapped = static function () use ($rules, $root): array {
        $found = [];
        foreach ($rules['classmap'] as $path) {
            $place = "$root/$path";
            $files = is_dir($place) ? new RecursiveIteratorIterator(new RecursiveDirectoryIterator($place, FilesystemIterator::SKIP_DOTS)) : (is_file($place) ? [new SplFileInfo($place)] : []);
            foreach ($files as $file) {
                if (!$file->isFile() || !in_array($file->getExtension(), ['php', 'inc'], true)) {
                    continue;
                }
                $source = (string) file_get_contents($file->getPathname());
                $namespace = preg_match('/^\s*namespace\s+([\w\\\\]+)\s*[;{]/m', $source, $match) ? $match[1] . '\\' : '';
                preg_match_all('/^\s*(?:(?:abstract|final|readonly)\s+)*(?:class|interface|trait|enum)\s+(\w+)/m', $source, $names);
                foreach ($names[1] as $name) {
                    $found[strtolower($namespace . $name)] = $file->getPathname();
                }
            }
        }

        return $found;
    };

    spl_autoload_register(static function (string $class) use ($rules, $root, $mapped, &$classes): void {
        $candidates = [];
        foreach ($rules['psr-4'] as [$prefix, $folder]) {
            if (str_starts_with($class, $prefix)) {
                $candidates[] = "$root/" . ($folder === '' ? '' : "$folder/") . strtr(substr($class, strlen($prefix)), '\\', '/') . '.php';
            }
        }
        $split = strrpos($class, '\\');
        $path = $split === false ? strtr($class, '_', '/') : strtr(substr($class, 0, $split), '\\', '/') . '/' . strtr(substr($class, $split + 1), '_', '/');
        foreach ($rules['psr-0'] as [$prefix, $folder]) {
            if ($prefix === '' || str_starts_with($class, $prefix)) {
                $candidates[] = "$root/" . ($folder === '' ? '' : "$folder/") . "$path.php";
            }
        }
        foreach ($candidates as $file) {
            if (is_file($file)) {
                require_once $file;

                return;
            }
        }
        $classes ??= $mapped();
        if (isset($classes[strtolower($class)])) {
            require_once $classes[strtolower($class)];
        }
    });

    $debian = '/opt/env/debian/usr/share';
    set_include_path(implode(PATH_SEPARATOR, ["$debian/php", get_include_path(), '/usr/share/php']));
    foreach (['*', '*/*', '*/*/*', '*/*/*/*'] as $depth) {
        foreach (glob("$debian/php/$depth/autoload.php") ?: [] as $file) {
            try {
                require_once $file;
            } catch (Throwable $error) {
                fwrite(STDERR, "runproof: $file: {$error->getMessage()}\n");
            }
        }
    }
    foreach ($rules['missing'] as $name) {
        $package = 'php-' . strtr($name, '/', '-');
        if (!is_dir("$debian/doc/$package") && !is_dir("/usr/share/doc/$package")) {
            fwrite(STDERR, "runproof: missing package $name\n");
        }
    }
    foreach ($rules['files'] as $file) {
        if (is_file("$root/$file")) {
            require_once "$root/$file";
        }
    }
})();
