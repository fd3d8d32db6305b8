using Runproof;
using Runproof.Bench;

try
{
    return args switch
    {
        ["sandbox", .. var rest] => await SandboxBench.RunAsync(rest),
        ["agent", .. var rest] => await AgentBench.RunAsync(rest),
        ["gateway", .. var rest] => await GatewayBench.RunAsync(rest),
        ["screening", var repository, .. var rest] => await ScreeningBench.RunAsync(repository, rest),
        ["judging", var repository, .. var rest] => await JudgingBench.RunAsync(repository, rest),
        ["growth", var repository, .. var rest] => await GrowthBench.RunAsync(repository, rest),
        ["ranks", var workspace, .. var rest] => await RanksBench.RunAsync(workspace, rest),
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
    Console.Error.WriteLine("usage: runproof-bench sandbox [RUNS] | agent [RUNS [OPEN]] | gateway [RUNS] | screening|judging REPO [CANDIDATES] | growth REPO [TASKS] | ranks WORKSPACE [REPO] | formats [CASES] [--seed N] [--markdown] [--write FILE] [--refused]");
    return 2;
}
