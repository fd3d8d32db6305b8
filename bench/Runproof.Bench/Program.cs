using Runproof;
using Runproof.Bench;

try
{
    return args switch
    {
        ["sandbox", .. var rest] => await SandboxBench.RunAsync(rest),
        ["agent", .. var rest] => await AgentBench.RunAsync(rest),
        ["screening", var repository, .. var rest] => await ScreeningBench.RunAsync(repository, rest),
        ["judging", var repository, .. var rest] => await JudgingBench.RunAsync(repository, rest),
        ["growth", var repository, .. var rest] => await GrowthBench.RunAsync(repository, rest),
        ["formats", .. var rest] => FormatsBench.Run(rest),
        _ => Usage(),
    };
}
catch (InputException error)
{
    Console.Error.WriteLine(error.Message);
    return 2;
}

static int Usage()
{
    Console.Error.WriteLine("usage: runproof-bench sandbox [RUNS] | screening|judging REPO [CANDIDATES] | growth REPO [TASKS] | formats [CASES] [--seed N] [--markdown] [--write FILE] [--refused]");
    return 2;
}
