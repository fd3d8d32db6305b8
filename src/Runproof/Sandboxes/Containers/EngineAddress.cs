namespace Runproof.Sandboxes.Containers;

/// <summary>Where a container engine listens: <c>DOCKER_HOST</c>, else the usual sockets of Docker and podman.</summary>
internal static class EngineAddress
{
    public const string Variable = "DOCKER_HOST";
    private const string Scheme = "unix://";
    private static readonly string[] Usual = ["/var/run/docker.sock", "/run/podman/podman.sock"];

    /// <returns>Path of a unix socket.</returns>
    /// <exception cref="SandboxException">There is none, or the variable names something else.</exception>
    public static string Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            // The files of a sandbox lie on this machine, so the engine has to be here, too.
            if (!named.StartsWith(Scheme, StringComparison.Ordinal)) throw new SandboxException($"{Variable} is '{named}': only a unix socket of this machine can be used (unix:///PATH)");
            var path = named[Scheme.Length..];
            return File.Exists(path) ? path : throw new SandboxException($"there is no socket at '{path}', which {Variable} names: start the container engine, or name another");
        }

        return Usual.FirstOrDefault(File.Exists) ?? throw new SandboxException(
            $"no container engine listens at {string.Join(" or ", Usual)}: start Docker ('systemctl start docker') or podman ('systemctl start podman.socket'), or name its socket with {Variable}=unix:///PATH");
    }
}
