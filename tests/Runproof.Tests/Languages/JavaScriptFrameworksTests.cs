using Runproof.Catalogue;
using Runproof.Environments;
using Runproof.Injection;
using Runproof.Languages.Reports;
using Runproof.Repositories;
using Runproof.Sandboxes;
using Runproof.Tasks;
using Runproof.Verification;

namespace Runproof.Tests.Languages;

/// <summary>
/// A project whose tests run with Mocha, Jest and Vitest, installed once by npm: the one test that needs the npm registry.
/// </summary>
public sealed class JavaScriptFrameworksTests : WrittenRepositoryTests
{
    private static readonly (string, string)[] Files =
    [
        ("package.json", """
            {
              "name": "frameworks", "version": "1.0.0", "private": true,
              "scripts": { "test": "npm run test:mocha && NODE_ENV=test jest --coverage && vitest run --coverage", "test:mocha": "nyc mocha --bail 'mocha/**/*.test.js'" },
              "jest": { "testMatch": ["**/jest/*.test.js"] },
              "devDependencies": { "jest": "29.7.0", "mocha": "10.8.2", "vitest": "3.2.4" }
            }
            """),
        ("runproof.toml", """
            [[suites]]
            framework = "mocha"
            folder = ""
            [[suites]]
            framework = "jest"
            folder = ""
            [[suites]]
            framework = "vitest"
            folder = ""
            """),
        ("vitest.config.mjs", "export default { test: { include: ['vitest/*.test.ts'] } };\n"),
        ("lib/clamp.js", """
            'use strict';

            function clamp(value, low, high) {
              if (value < low) return low;
              if (value > high) return high;
              return value;
            }

            const words = (text) => {
              return text.trim().split(/\s+/);
            };

            module.exports = { clamp, words };
            """),
        ("src/tally.ts", """
            const START = 0;

            export interface Entry { name: string; count: number }

            export function tally(names: string[]): Entry[] {
              const found = new Map<string, number>();
              for (const name of names) {
                found.set(name, (found.get(name) ?? START) + 1);
              }
              return [...found].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count);
            }

            export async function later<T>(value: T, fail = false): Promise<T> {
              if (fail) {
                throw new RangeError('too late');
              }
              return value;
            }
            """),
        ("mocha/clamp.test.js", """
            const assert = require('assert');
            const { clamp } = require('../lib/clamp.js');

            describe('clamp', function () {
              let calls = 0;
              beforeEach(function () { calls += 1; });

              it('keeps what lies within', function () { assert.strictEqual(clamp(5, 1, 9), 5); });
              it('raises', function () { assert.strictEqual(clamp(0, 1, 9), 1); });
              it('lowers', function () { assert.strictEqual(clamp(12, 1, 9), 9); });
              it.skip('is not run', function () { throw new Error('never'); });
            });
            """),
        ("mocha/broken.test.js", "const { gone } = require('./not-there.js');\ndescribe('gone', function () { it('works', function () { gone(); }); });"),
        ("jest/words.test.js", """
            const { clamp, words } = require('../lib/clamp.js');

            describe('words', () => {
              test('are split at white space', () => { expect(words(' a  b c ')).toEqual(['a', 'b', 'c']); });
              test.each([[1], [2]])('clamp leaves %i', (value) => { expect(clamp(value, 0, 9)).toBe(value); });
              test('are counted', async () => { expect(words('a b')).toHaveLength(2); });
            });
            """),
        ("vitest/tally.test.ts", """
            import { describe, expect, it } from 'vitest';
            import { later, tally } from '../src/tally';

            describe('tally', () => {
              it('counts', () => { expect(tally(['a', 'b', 'a'])).toEqual([{ name: 'a', count: 2 }, { name: 'b', count: 1 }]); });
              it('starts empty', () => { expect(tally([])).toEqual([]); });
            });

            it('later gives the value', async () => { expect(await later(3)).toBe(3); });
            it('later can fail', async () => { await expect(later(3, true)).rejects.toThrow(RangeError); });
            """),
    ];

    [Fact]
    public async Task Mocha_jest_and_vitest_judge_bugs_in_javascript_and_typescript()
    {
        var environment = await BuildAsync([.. Files.Select(file => (file.Item1, file.Item2 + "\n"))]);

        environment.Suites.Select(suite => suite.Framework).ShouldBe(["mocha", "jest", "vitest"]);
        environment.Suites.ShouldAllBe(suite => suite.HasSentinels && suite.Packages == environment.Suites[0].Packages);
        environment.Tests.Select(test => test.Id).Order(StringComparer.Ordinal).ShouldBe(
        [
            "jest/words.test.js > words > are counted", "jest/words.test.js > words > are split at white space", "jest/words.test.js > words > clamp leaves 1", "jest/words.test.js > words > clamp leaves 2",
            "mocha/clamp.test.js > clamp > keeps what lies within", "mocha/clamp.test.js > clamp > lowers", "mocha/clamp.test.js > clamp > raises",
            "vitest/tally.test.ts > later can fail", "vitest/tally.test.ts > later gives the value", "vitest/tally.test.ts > tally > counts", "vitest/tally.test.ts > tally > starts empty",
        ]);
        environment.Quarantined.Select(test => (test.Id, test.Reason)).ShouldBe(
            [("mocha/broken.test.js", "cannot be collected: Exception during run: Error: Cannot find module './not-there.js'"), ("mocha/clamp.test.js > clamp > is not run", "skipped")], ignoreOrder: true);

        var context = await EnvironmentContext.OpenAsync(Workspace, environment, Cancel);
        Reaching(context, "lib/clamp.js", "if (value < low)").ShouldBe(
            ["jest/words.test.js > words > clamp leaves 1", "jest/words.test.js > words > clamp leaves 2", "mocha/clamp.test.js > clamp > keeps what lies within", "mocha/clamp.test.js > clamp > lowers", "mocha/clamp.test.js > clamp > raises"]);
        Reaching(context, "src/tally.ts", "found.set").ShouldBe(["vitest/tally.test.ts > tally > counts", "vitest/tally.test.ts > tally > starts empty"]);

        Reaching(context, "src/tally.ts", "count })).sort").ShouldBe(["vitest/tally.test.ts > tally > counts", "vitest/tally.test.ts > tally > starts empty"]);
        context.Reach.TestsFor("src/tally.ts", 1, 1, 0).ShouldBeNull("what stands outside of functions may matter to every test");

        var result = await new InjectionStage(context, SilentLog.Instance, TimeProvider.System, 2).RunAsync(5, seed: 2, Cancel);
        result.Rejected.Keys.ShouldNotContain(Rejection.Infrastructure);
        var tasks = new TaskTable(Workspace).All().ToList();
        tasks.Select(task => Path.GetExtension(task.Measurements.File)).Distinct().Order().ShouldBe([".js", ".ts"]);
        (await new VerificationStage(Workspace, SilentLog.Instance, TimeProvider.System, 2).RunAsync([.. tasks.DistinctBy(task => Path.GetExtension(task.Measurements.File)).Select(task => task.InstanceId)], 1, Cancel)).ShouldAllBe(task => task.Holds);

        await using var state = await InitialState.OpenAsync(context, tasks[0], Cancel);
        var seen = await state.ExecuteAsync(ExecRequest.Shell("git status --porcelain; git ls-files | grep -c node_modules; ls node_modules/mocha/package.json", TimeSpan.FromSeconds(60)), Cancel);
        seen.Output.Text.ShouldBe("0\nnode_modules/mocha/package.json\n", "what is installed is there, and not in the commit");

        await An_endless_loop_is_cut_and_the_other_tests_still_judge(context);
        await Vitest_stays_for_several_bugs(context);
        await Vitest_tries_several_bugs_in_one_worker(context);
    }

    private static string[] Reaching(EnvironmentContext context, string file, string text)
    {
        var line = 1 + context.Tree.ReadText(file).Split('\n').ToList().FindIndex(one => one.Contains(text, StringComparison.Ordinal));
        return [.. context.Reach.TestsFor(file, line, line, 0)!.Select(place => context.Reach.Tests[place]).Order(StringComparer.Ordinal)];
    }

    private static async Task An_endless_loop_is_cut_and_the_other_tests_still_judge(EnvironmentContext context)
    {
        await using var sandbox = await context.SandboxToJudgeAsync(Cancel);
        await sandbox.ExecuteAsync(ExecRequest.Shell("sed -i 's/if (value > high) return high;/while (value > high) {}/' lib/clamp.js", TimeSpan.FromSeconds(20)), Cancel);
        var run = await context.Runner.RunAsync(sandbox, context.WholeSuite, context.Environment.Tests, Cancel);
        run.TimedOut.ShouldBeFalse();
        run.Report.OutcomeOf("mocha/clamp.test.js > clamp > lowers").ShouldBe(TestOutcome.TimedOut);
        run.Report.OutcomeOf("jest/words.test.js > words > clamp leaves 1").ShouldBe(TestOutcome.Passed);
        run.Report.OutcomeOf("vitest/tally.test.ts > tally > counts").ShouldBe(TestOutcome.Passed);
    }

    private static async Task Vitest_stays_for_several_bugs(EnvironmentContext context)
    {
        var suite = context.Environment.Suites[2];
        suite.NotWarm.ShouldBe([]);
        await using var warm = new WarmProcesses(context.Workspace.Sandboxes, context.Layers.ToJudge([]), suite);
        var tests = context.Environment.Tests.Where(test => test.Suite == 2).ToList();
        var source = context.Tree.ReadText("src/tally.ts");
        FileEdit Edit(string before, string after) => new("src/tally.ts", source.IndexOf(before, StringComparison.Ordinal), source.IndexOf(before, StringComparison.Ordinal) + before.Length, after);

        var caught = await warm.RunAsync(Edit("+ 1", "+ 2"), context.Screening(tests), Cancel);
        caught!.Report.OutcomeOf("vitest/tally.test.ts > tally > counts").ShouldBe(TestOutcome.Failed);
        var untouched = await warm.RunAsync(null, context.Screening(tests), Cancel);
        untouched!.Report.With(TestOutcome.Passed).Count().ShouldBe(tests.Count, "the bug before is gone");
        var endless = await warm.RunAsync(Edit("if (fail) {", "while (!fail) {} if (fail) {"), context.Screening(tests), Cancel);
        endless!.Report.With(TestOutcome.TimedOut).ShouldNotBeEmpty();
        (await warm.RunAsync(null, context.Screening(tests), Cancel))!.Report.With(TestOutcome.Passed).Count().ShouldBe(tests.Count, "the process with the endless loop is gone, and another one has started");
    }

    private static async Task Vitest_tries_several_bugs_in_one_worker(EnvironmentContext context)
    {
        var source = context.Tree.ReadText("src/tally.ts");
        BugSite Site(string before, string after)
        {
            var (start, line) = (source.IndexOf(before, StringComparison.Ordinal), source[..source.IndexOf(before, StringComparison.Ordinal)].Count(letter => letter == '\n') + 1);
            var function = context.Functions.First(one => one.File == "src/tally.ts" && one.FirstLine <= line && line <= one.LastLine);
            return new("o", "f", "src/tally.ts", start, start + before.Length, after, line, line, function.Id, function.FirstLine);
        }

        var (more, order, loop, never) = (Site("+ 1", "+ 2"), Site("b.count - a.count", "a.count - b.count"), Site("if (fail) {", "while (!fail) {} if (fail) {"), Site("if (fail) {", "if (!fail) {"));
        var (same, outside) = (Site("for (const name of names)", "for (const name of [...names])"), Site("+ 1", "+ 0") with { Start = source.IndexOf("= 0", StringComparison.Ordinal), End = source.IndexOf("= 0", StringComparison.Ordinal) + 3 });
        await using var warm = new WarmProcesses(context.Workspace.Sandboxes, context.Layers.ToJudge([]), context.Environment.Suites[2]);
        var trials = new WarmTrials(context, [warm, warm, warm], 1);
        await trials.PrepareAsync([more, loop, order, same, never, outside], Cancel);
        trials.Caught(Bug.At(more)).ShouldNotBeNull();
        trials.Caught(Bug.At(order)).ShouldNotBeNull();
        trials.Caught(Bug.At(never)).ShouldNotBeNull("the bug beside it, with which a test did not end, is left out, and the rest tried again");
        trials.Caught(Bug.At(same)).ShouldBeNull();
        trials.Caught(Bug.At(loop)).ShouldBeNull();
        trials.Caught(Bug.At(outside)).ShouldBeNull("it stands in no function");
        (await warm.RunAsync(null, context.Screening([.. context.Environment.Tests.Where(test => test.Suite == 2)]), Cancel))!.Report.With(TestOutcome.Passed).Count().ShouldBe(4, "the files are as they were");
    }
}
