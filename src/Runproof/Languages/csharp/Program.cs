// Runproof's program for C# in the sandbox: "install" finds the test projects and restores them (the only step with network), "run" builds what changed and runs tests
// or, with RUNPROOF_WARM, stays and does so for one bug after another. Works where it is started; the variables RUNPROOF_* tell what to run and where to write (see Suite.cs).
global using System;
global using System.Collections.Generic;
global using System.IO;
global using System.Linq;
global using System.Threading;

Tools.FindCompiler();
return args.FirstOrDefault() switch
{
    "install" => Restore.All(),
    "run" when Tools.Variable("RUNPROOF_WARM").Length > 0 => Warm.Serve(args[1..]),
    "run" => Suite.Run(args[1..]),
    _ => Tools.Fail("csharp.sh install | run"),
};
