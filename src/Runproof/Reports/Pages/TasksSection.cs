using Runproof.Reports.Figures;

namespace Runproof.Reports.Pages;

/// <summary>The tasks, one behind the other: closed, a line each; opened, what the agent is told, what was done to the code, and which tests tell.</summary>
internal static class TasksSection
{
    /// <summary>Of one task and of all together: a bug may fail hundreds of tests, and the file stays small. The catalogue has them all.</summary>
    private const int MostTests = 25, FewestTests = 5, MostTestsOfAll = 1_200;

    public static Markup Write(IReadOnlyList<TaskEntry> tasks)
    {
        if (tasks.Count == 0) return Markup.Of($"<p>No bug proved itself. The reasons stand above.</p>");
        var tests = Math.Clamp(MostTestsOfAll / tasks.Count, FewestTests, MostTests);
        var families = tasks.GroupBy(task => task.Family).OrderBy(group => group.Key, StringComparer.Ordinal);
        return Markup.Of(
            $"""
            <p>Each task is one bug that running proved. An agent sees the statement and the remaining tests; the diff is what it has to find and undo.</p>
            <form id="tools" role="search" aria-label="Tasks" hidden="hidden">
            <label class="grow"><span>Filter</span> <input type="search" id="text" placeholder="function, file, test, statement" autocomplete="off" spellcheck="false" aria-keyshortcuts="/"/></label>
            <label><span>Family</span> <select id="family"><option value="">all families</option>{families.Select(family => Markup.Of($"""<option value="{family.Key}">{family.Key} ({family.Count()})</option>"""))}</select></label>
            <label><span>Sort</span> <select id="sort"><option value="place">as judged</option><option value="file">by file</option><option value="family">by family</option><option value="fails">fewest failing tests</option><option value="-fails">most failing tests</option><option value="-apart">farthest from a test</option><option value="-reach">test reaches most</option><option value="-seconds">slowest to judge</option></select></label>
            <button type="button" id="open">Open all</button>
            <output id="shown" role="status">{Words.Count(tasks.Count, "task", "tasks")}</output>
            </form>
            <div id="list">
            {tasks.Select((task, place) => Task(task, place, tests))}
            </div>
            <p id="none" hidden="hidden">No task matches. <button type="button" id="clear">Show all</button></p>
            <p class="sub">Hints: a failing test that reaches up to {Difficulty.Few} functions is called narrow, one that reaches more than {Difficulty.Many} wide. The fewer tests fail, the farther away they are and the more they reach, the less they tell about the place of the bug. Whether an agent finds a task hard only trying it tells.</p>
            """);
    }

    private static Markup Task(TaskEntry task, int place, int mostTests)
    {
        var hints = task.Difficulty;
        return Markup.Of(
            $"""
            <details class="task" id="{AnchorOf(task)}" data-place="{place}" data-file="{task.File}:{task.Line:00000}" data-family="{task.Family}" data-fails="{hints.FailingTests}" data-apart="{hints.FoldersApart ?? 0}" data-reach="{hints.FunctionsReached ?? 0}" data-seconds="{task.Seconds:0.###}">
            <summary><span class="title">{StatementMarkup.Inline(task.Title)}</span> <span class="where"><code>{task.File}:{task.Line}</code></span> <span class="tag">{task.Family}</span> <span class="fails">{Words.Count(hints.FailingTests, "test fails", "tests fail")}</span></summary>
            <div class="body">
            <div class="told"><h3>What the agent is told</h3>
            {StatementMarkup.Write(task.Statement)}
            </div>
            <div class="bug"><h3>The bug <span class="aside">undoing it is the gold patch</span></h3>
            <p class="where"><code>{task.File}:{task.Line}</code>{(task.Function is { } function ? Markup.Of($" in <code>{function}</code>") : Markup.Of($" outside of functions"))}</p>
            {DiffMarkup.Write(task.BugPatch)}
            <dl class="hints">
            <dt>Kind</dt><dd>{task.Family}{(task.Imitates.Length > 0 ? $": {task.Imitates}" : "")} <span class="sub"><code>{task.Operator}</code></span></dd>
            <dt>Nearest test</dt><dd>{Distance(hints.FoldersApart)}</dd>
            <dt>Test reaches</dt><dd>{Breadth(hints.FunctionsReached)}</dd>
            <dt>Judged in</dt><dd>{Words.Seconds(task.Seconds)}</dd>
            <dt>Task</dt><dd><code>{task.InstanceId}</code></dd>
            </dl>
            </div>
            <div class="tests"><h3>Fail now, must pass <span class="aside">{Words.Count(task.FailToPass.Count, "test", "tests")}; {Words.Count(task.PassToPass)} more must go on passing</span></h3>
            <ul class="ids">
            {task.FailToPass.Take(mostTests).Select(test => Markup.Of($"<li><code>{test}</code></li>"))}
            </ul>
            {(task.FailToPass.Count > mostTests ? Markup.Of($"""<p class="sub">and {Words.Count(task.FailToPass.Count - mostTests)} more: <code>runproof tasks show {task.InstanceId}</code></p>""") : Markup.Empty)}
            </div>
            </div>
            </details>

            """);
    }

    /// <summary>Names of repositories may hold what an address cannot.</summary>
    private static string AnchorOf(TaskEntry task) => "task-" + string.Concat(task.InstanceId.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-' ? letter : '-'));

    private static string Distance(int? apart) => apart switch
    {
        null => "in a file that the framework does not name",
        0 => "in the same folder",
        1 => "one folder apart",
        _ => $"{Words.Count(apart.Value)} folders apart",
    };

    private static string Breadth(int? reached) => reached switch
    {
        null => "not measured",
        <= Difficulty.Few => $"{Words.Count(reached.Value, "function", "functions")}: narrow",
        > Difficulty.Many => $"{Words.Count(reached.Value)} functions: wide",
        _ => $"{Words.Count(reached.Value)} functions",
    };
}
