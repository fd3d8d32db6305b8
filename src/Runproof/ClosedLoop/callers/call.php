<?php
// Evaluates the expression on stdin, with the answer loaded where --plain is not given, and prints the value as equal values print it.
$expression = stream_get_contents(STDIN);
ob_start();
if (!in_array('--plain', $argv)) require getcwd() . '/answer.php';
try {
    $told = 'value ' . var_export(eval('return ' . rtrim(trim($expression), ';') . ';'), true);
} catch (\Throwable $error) {
    $told = 'error ' . get_class($error);
}
ob_end_clean();
fwrite(STDOUT, $told . "\n");
