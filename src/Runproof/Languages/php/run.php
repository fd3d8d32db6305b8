<?php

// Runs PHPUnit for Runproof: php run.php [FILE OR FOLDER ...] in the root of the suite.
//
// This process loads nothing of the repository. It starts PHPUnit in another one and reads what that tells of each test as it goes (its log for TeamCity, which every version since 9 writes in
// the same way); a test that ends or blocks that process is booked here, and another process goes on behind it. The report is written here, once nothing of the repository runs any more.

declare(strict_types=1);

namespace Runproof;

require __DIR__ . '/common.php';
require __DIR__ . '/configuration.php';
require __DIR__ . '/results.php';
require __DIR__ . '/behaviour.php';
require __DIR__ . '/supervisor.php';

$root = realpath(getcwd());
$variables = variables();
$request = new Request(
    selection: isset($variables['SELECT']) ? selection($variables['SELECT']) : null,
    seed: isset($variables['SHUFFLE']) ? (int) $variables['SHUFFLE'] : null,
    failFast: isset($variables['FAIL_FAST']),
    seconds: (float) ($variables['TEST_SECONDS'] ?? 0),
    reach: $variables['REACH'] ?? null,
);
$configuration = new Configuration($root, array_slice($argv, 1));
$results = new Results($root, isset($variables['BEHAVIOUR']) ? new Behaviour($root) : null);
(new Supervisor($configuration, $request, $results))->run();
$results->write($variables['REPORT'], $request->selection);
if (isset($variables['BEHAVIOUR'])) {
    file_put_contents($variables['BEHAVIOUR'], implode('', array_map(fn (string $line): string => $line . "\n", $results->told)));
}
exit($results->isBad($request->selection) ? 1 : 0);
