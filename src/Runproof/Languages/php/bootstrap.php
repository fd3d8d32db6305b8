<?php

// In the process under test, before anything of the repository: loads what judges, so that code under test cannot be first with a class of its name, then what the repository itself prepares.

declare(strict_types=1);

(static function (): void {
    foreach (['Framework\Assert', 'Framework\TestCase', 'Framework\TestSuite', 'Framework\TestResult', 'Framework\TestFailure', 'Framework\ExpectationFailedException', 'Framework\AssertionFailedError', 'Framework\Constraint\IsEqual',
        'Framework\Constraint\IsIdentical', 'Framework\Constraint\IsTrue', 'Framework\Constraint\IsFalse', 'Framework\Constraint\IsNull', 'Framework\Constraint\Count', 'Framework\Constraint\Exception', 'Framework\Constraint\LogicalNot',
        'Framework\Constraint\StringContains', 'Framework\Constraint\IsInstanceOf', 'Framework\TestRunner', 'Util\Log\TeamCity', 'Logging\TeamCity\TeamCityLogger'] as $class) {
        class_exists('PHPUnit\\' . $class);
    }
})();
require __DIR__ . '/attributes.php';
if (getenv('RUNPROOF_HITS') !== false) {
    require __DIR__ . '/reach.php';
}
if (is_file(getcwd() . '/vendor/autoload.php')) {
    require_once getcwd() . '/vendor/autoload.php';
}
if (($runproof = getenv('RUNPROOF_BOOTSTRAP')) !== false) {
    putenv('RUNPROOF_BOOTSTRAP');
    unset($_SERVER['RUNPROOF_BOOTSTRAP'], $_ENV['RUNPROOF_BOOTSTRAP']);
    require_once $runproof;
}
unset($runproof);
