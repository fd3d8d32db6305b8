<?php

// Lets PHPUnit 9, which reads annotations alone, run tests that are written for PHPUnit 10 and later with attributes: what they say is added to the comments that it reads.

declare(strict_types=1);

final class RunproofAttributes
{
    private const PLAIN = ['Test' => 'test', 'Before' => 'before', 'After' => 'after', 'BeforeClass' => 'beforeClass', 'AfterClass' => 'afterClass', 'RunInSeparateProcess' => 'runInSeparateProcess', 'DoesNotPerformAssertions' => 'doesNotPerformAssertions'];
    private const WITH_TEXT = ['DataProvider' => 'dataProvider', 'Depends' => 'depends', 'Group' => 'group', 'RequiresPhp' => 'requires PHP', 'RequiresPhpExtension' => 'requires extension', 'RequiresFunction' => 'requires function', 'RequiresOperatingSystemFamily' => 'requires OSFAMILY'];

    /** The comment of a class or method with its attributes as annotations. */
    public static function of(\ReflectionMethod|\ReflectionClass|\Reflector $of): string
    {
        $comment = (string) $of->getDocComment();
        $lines = [];
        foreach ($of->getAttributes() as $attribute) {
            if (str_starts_with($attribute->getName(), 'PHPUnit\Framework\Attributes\\')) {
                array_push($lines, ...self::annotations(substr($attribute->getName(), strlen('PHPUnit\Framework\Attributes\\')), array_values($attribute->getArguments())));
            }
        }
        if ($lines === []) {
            return $comment;
        }
        $before = $comment === '' ? "/**\n" : rtrim(substr($comment, 0, -2)) . "\n";

        return $before . implode('', array_map(fn (string $line): string => " * $line\n", $lines)) . ' */';
    }

    private static function annotations(string $name, array $arguments): array
    {
        return match (true) {
            isset(self::PLAIN[$name]) => ['@' . self::PLAIN[$name]],
            isset(self::WITH_TEXT[$name]) && is_string($arguments[0] ?? null) => [trim('@' . self::WITH_TEXT[$name] . ' ' . implode(' ', array_filter($arguments, is_string(...))))],
            $name === 'DataProviderExternal' => ["@dataProvider $arguments[0]::$arguments[1]"],
            $name === 'TestWith' => ['@testWith ' . json_encode($arguments[0])],
            $name === 'TestWithJson' => ["@testWith $arguments[0]"],
            default => [],
        };
    }

    /** Where PHPUnit has a reader of annotations and none of attributes. */
    public static function read(): void
    {
        $place = (new \ReflectionClass(\PHPUnit\Framework\TestCase::class))->getFileName();
        $reader = dirname($place, 2) . '/Util/Annotation/DocBlock.php';
        if (!is_file($reader) || class_exists('PHPUnit\Framework\Attributes\Test') || class_exists('PHPUnit\Util\Annotation\DocBlock', false)) {
            return;
        }
        $source = (string) file_get_contents($reader);
        eval(substr(preg_replace('/\$(\w+)->getDocComment\(\)/', '\RunproofAttributes::of($$1)', $source) ?? '', strlen('<?php')));
    }
}

RunproofAttributes::read();
