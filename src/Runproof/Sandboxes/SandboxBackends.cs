using Runproof.Sandboxes.Containers;

namespace Runproof.Sandboxes;

/// <summary>The back ends that sandboxes can be made by. A further one is a line here.</summary>
public static class SandboxBackends
{
    public const string Bubblewrap = "bubblewrap";

    public const string Container = "container";

    public static IReadOnlyList<string> Names { get; } = [Bubblewrap, Container];

    /// <param name="workspace">Absolute path; layers and scratch folders lie below it.</param>
    /// <exception cref="InputException">There is no back end of that name.</exception>
    public static ISandboxProvider Create(string name, string workspace) => name switch
    {
        Bubblewrap => new BubblewrapProvider(workspace),
        Container => new ContainerProvider(workspace),
        _ => throw new InputException($"no sandbox '{name}': there is {string.Join(", ", Names)}"),
    };

    /// <summary>The command that brings what a back end needs.</summary>
    public static string RemedyOf(string name) => name == Container ? "apt-get install podman crun && systemctl enable --now podman.socket" : "apt-get install bubblewrap util-linux busybox-static";
}
