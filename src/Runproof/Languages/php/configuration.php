<?php

declare(strict_types=1);

namespace Runproof;

/**
 * A configuration for PHPUnit that any version since 9 reads: of the repository's own what bears on how tests run (bootstrap, variables, settings, groups), and the test files one by one.
 */
final class Configuration
{
    private const NAMES = ['phpunit.xml', 'phpunit.dist.xml', 'phpunit.xml.dist', 'tests/phpunit.xml', 'tests/phpunit.xml.dist', 'test/phpunit.xml', 'test/phpunit.xml.dist'];
    private const KEPT = [
        'backupGlobals', 'backupStaticAttributes', 'backupStaticProperties', 'convertDeprecationsToExceptions', 'convertErrorsToExceptions', 'convertNoticesToExceptions', 'convertWarningsToExceptions',
        'processIsolation', 'defaultTestSuite',
    ];

    private ?\DOMDocument $own = null;
    private string $folder;

    /** @param list<string> $asked files or folders; none: what the configuration says */
    public function __construct(public readonly string $root, private readonly array $asked)
    {
        $this->folder = $root;
        foreach (self::NAMES as $name) {
            if (is_file("$root/$name")) {
                $document = new \DOMDocument();
                if (@$document->load("$root/$name", LIBXML_NONET)) {
                    $this->own = $document;
                    $this->folder = dirname("$root/$name");
                    break;
                }
            }
        }
    }

    /** @return list<string> absolute paths of test files */
    public function files(): array
    {
        $files = [];
        foreach ($this->asked as $place) {
            array_push($files, ...(is_dir($place) ? $this->inside(realpath($place), 'Test.php', '') : array_filter([realpath($place)])));
        }
        if ($this->asked === []) {
            $files = $this->own === null ? [] : $this->configured();
            foreach ($files === [] ? ['tests', 'test', 'Tests', 'Test', 'src'] : [] as $folder) {
                $files = $files ?: (is_dir("$this->root/$folder") ? $this->inside("$this->root/$folder", 'Test.php', '') : []);
            }
        }
        $files = array_values(array_unique($files));
        sort($files);

        return $files;
    }

    /** @param list<string> $files */
    public function write(string $target, array $files, bool $reach): void
    {
        $document = new \DOMDocument('1.0', 'UTF-8');
        $top = $document->appendChild($document->createElement('phpunit'));
        $own = $this->own?->documentElement;
        foreach (self::KEPT as $name) {
            if ($name !== 'defaultTestSuite' && $own?->hasAttribute($name)) {
                $top->setAttribute($name, $own->getAttribute($name));
            }
        }
        $top->setAttribute('bootstrap', __DIR__ . '/bootstrap.php');
        $top->setAttribute('colors', 'false');
        foreach ($own === null ? [] : iterator_to_array($own->childNodes) as $child) {
            if ($child instanceof \DOMElement && in_array($child->nodeName, ['php', 'groups'], true)) {
                $top->appendChild($this->withoutRelativePaths($document->importNode($child, true)));
            }
        }
        $suite = $top->appendChild($document->createElement('testsuites'))->appendChild($document->createElement('testsuite'));
        $suite->setAttribute('name', 'runproof');
        foreach ($files as $file) {
            $suite->appendChild($document->createElement('file'))->appendChild($document->createTextNode($file));
        }
        if ($reach) {
            $extension = $top->appendChild($document->createElement('extensions'))->appendChild($document->createElement('extension'));
            $extension->setAttribute('class', 'RunproofReach');
            $bootstrap = $extension->parentNode->appendChild($document->createElement('bootstrap'));
            $bootstrap->setAttribute('class', 'RunproofReach');
        }
        $document->save($target);
    }

    /** The file that prepares tests, or what Composer wrote. */
    public function bootstrap(): ?string
    {
        $named = $this->own?->documentElement->getAttribute('bootstrap') ?? '';
        foreach ([$named !== '' ? "$this->folder/$named" : '', "$this->root/vendor/autoload.php"] as $file) {
            if ($file !== '' && is_file($file)) {
                return realpath($file);
            }
        }

        return null;
    }

    private function configured(): array
    {
        $files = [];
        $path = new \DOMXPath($this->own);
        foreach ($path->query('//testsuite') as $suite) {
            $excluded = array_map(fn (\DOMNode $node): string => $this->absolute($node->textContent), iterator_to_array($path->query('exclude', $suite)));
            foreach ($path->query('directory', $suite) as $folder) {
                foreach (glob($this->absolute($folder->textContent), GLOB_ONLYDIR) ?: [] as $place) {
                    array_push($files, ...array_filter(
                        $this->inside($place, $folder->getAttribute('suffix') ?: 'Test.php', $folder->getAttribute('prefix')),
                        fn (string $file): bool => array_filter($excluded, fn (string $one): bool => $file === $one || str_starts_with($file, $one . '/')) === [],
                    ));
                }
            }
            foreach ($path->query('file', $suite) as $file) {
                array_push($files, ...array_filter([realpath($this->absolute($file->textContent))]));
            }
        }

        return $files;
    }

    private function inside(string $folder, string $suffixes, string $prefix): array
    {
        $found = [];
        foreach (new \RecursiveIteratorIterator(new \RecursiveDirectoryIterator($folder, \FilesystemIterator::SKIP_DOTS)) as $file) {
            $named = array_filter(explode(',', $suffixes), fn (string $suffix): bool => str_ends_with($file->getFilename(), trim($suffix)));
            if ($file->isFile() && $named !== [] && str_starts_with($file->getFilename(), $prefix) && !str_contains($file->getPathname(), '/vendor/')) {
                $found[] = realpath($file->getPathname());
            }
        }

        return $found;
    }

    private function absolute(string $path): string
    {
        $path = trim($path);
        $path = str_starts_with($path, '/') ? $path : "$this->folder/" . preg_replace('~^\./~', '', $path);

        return rtrim(realpath($path) ?: $path, '/');
    }

    /** Paths in "includePath" are relative to the configuration, which now lies elsewhere. */
    private function withoutRelativePaths(\DOMElement $element): \DOMElement
    {
        foreach (iterator_to_array($element->getElementsByTagName('includePath')) as $path) {
            $path->textContent = $this->absolute($path->textContent);
        }

        return $element;
    }
}
