<?php

// The same for PHPUnit from version 10 on, which tells by events.

declare(strict_types=1);

use PHPUnit\Event\Test\Finished;
use PHPUnit\Event\Test\FinishedSubscriber;
use PHPUnit\Event\Test\PreparationStarted;
use PHPUnit\Event\Test\PreparationStartedSubscriber;
use PHPUnit\Event\TestRunner\ExecutionFinished;
use PHPUnit\Event\TestRunner\ExecutionFinishedSubscriber;
use PHPUnit\Runner\Extension\Extension;
use PHPUnit\Runner\Extension\Facade;
use PHPUnit\Runner\Extension\ParameterCollection;
use PHPUnit\TextUI\Configuration\Configuration;

final class RunproofReach implements Extension
{
    public function bootstrap(Configuration $configuration, Facade $facade, ParameterCollection $parameters): void
    {
        $hits = new RunproofHits();
        $facade->registerSubscribers(
            new class ($hits) implements PreparationStartedSubscriber {
                public function __construct(private RunproofHits $hits)
                {
                }

                public function notify(PreparationStarted $event): void
                {
                    $this->hits->begin();
                }
            },
            new class ($hits) implements FinishedSubscriber {
                public function __construct(private RunproofHits $hits)
                {
                }

                public function notify(Finished $event): void
                {
                    $test = $event->test();
                    $this->hits->end($test->isTestMethod() ? $test->className() . '::' . $test->name() : $test->id());
                }
            },
            new class ($hits) implements ExecutionFinishedSubscriber {
                public function __construct(private RunproofHits $hits)
                {
                }

                public function notify(ExecutionFinished $event): void
                {
                    $this->hits->rest();
                }
            },
        );
    }
}
