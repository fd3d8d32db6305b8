using Runproof.Reports.Figures;

namespace Runproof.Reports.Pages;

/// <summary>The whole file. It can be read without its script, which only adds filtering, sorting and a choice of colours.</summary>
internal static class ReportPage
{
    public static string Write(ReportFigures figures)
    {
        (string Id, string Title, Markup Body)[] sections =
        [
            ("funnel", "From places to tasks", FunnelSection.Write(figures.Funnel)),
            ("yield", "Yield by kind of bug", YieldSection.Write(figures.Families)),
            ("coverage", "Executable-task coverage", CoverageSection.Write(figures.Coverage, figures.TasksOfOtherRuns)),
            ("time", "What judging took", TimeSection.Write(figures.Time)),
            ("statements", "Problem statements", StatementsSection.Write(figures.Statements)),
            ("tasks", "Tasks", TasksSection.Write(figures.Tasks)),
            .. figures.Rollouts is { } rollouts ? new[] { ("rollouts", "Agents on the tasks", RolloutsSection.Write(rollouts)) } : [],
            ("quarantine", "Tests that judge nothing", QuarantineSection.Write(figures.Quarantined, figures.Tests)),
        ];

        // Style and script are the program's own; everything else goes through Markup.
        return Markup.Of(
            $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta http-equiv="Content-Security-Policy" content="{Assets.Policy}"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta name="color-scheme" content="light dark"/>
            <meta name="referrer" content="no-referrer"/>
            <meta name="generator" content="Runproof"/>
            <title>{figures.Name} · Runproof report</title>
            <style>{new Markup(Assets.Style)}</style>
            </head>
            <body>
            <a class="skip" href="#main">Skip to the report</a>
            <div class="page">
            <nav aria-label="Contents">
            <p class="brand">Runproof</p>
            <ol>
            {sections.Select(section => Markup.Of($"""<li><a href="#{section.Id}">{section.Title}</a></li>"""))}
            </ol>
            <button type="button" id="theme" hidden="hidden">Dark</button>
            </nav>
            <main id="main">
            {HeadSection.Write(figures)}
            {sections.Select(section => Markup.Of($"""
                <section id="{section.Id}" aria-labelledby="{section.Id}-title">
                <h2 id="{section.Id}-title">{section.Title}</h2>
                {section.Body}
                </section>

                """))}
            <footer><p>Written by Runproof on {figures.WrittenAt.ToString("yyyy-MM-dd HH:mm 'UTC'", System.Globalization.CultureInfo.InvariantCulture)}. Environment <code>{figures.EnvironmentHash[..12]}</code>.</p></footer>
            </main>
            </div>
            <script>{new Markup(Assets.Script)}</script>
            </body>
            </html>

            """).ToString();
    }
}
