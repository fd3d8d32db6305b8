using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Runproof.Sandboxes;
using Runproof.Server.Gateway;

namespace Runproof.Server.Agents;

/// <summary>
/// A Unix socket at which one session of the gateway answers, and nothing else: no other session, no environment. Its folder is mounted into a sandbox without a network, and is the sandbox's only way out.
/// </summary>
internal sealed class GatewaySocket : IAsyncDisposable
{
    public const string Folder = "/runproof/gateway", Name = "socket";

    /// <summary>A socket's path has 108 bytes at most (unix(7)).</summary>
    private const int LongestPath = 100;

    private readonly WebApplication _app;
    private readonly string _folder;

    private GatewaySocket(WebApplication app, string folder) => (_app, _folder) = (app, folder);

    public ReadOnlyMount Mount => new(_folder, Folder);

    public static async Task<GatewaySocket> StartAsync(GatewayRoutes routes, string workspace, CancellationToken cancel)
    {
        var folder = WorkspaceFolders.CreateTemporary(workspace);
        if (folder.Length > LongestPath - Name.Length)
        {
            WorkspaceFolders.Delete(folder);
            folder = Directory.CreateTempSubdirectory("runproof-").FullName;
        }

        try
        {
            // Whoever the sandbox runs as may pass through the folder, but not change it.
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
            var socket = Path.Combine(folder, Name);
            var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [], ContentRootPath = AppContext.BaseDirectory, ApplicationName = typeof(GatewaySocket).Assembly.GetName().Name });
            builder.Logging.ClearProviders();
            builder.Services.AddSingleton<IHostLifetime, EnvironmentServer.NoLifetime>();
            builder.WebHost.ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = ServerOptions.MostBodyBytes;
                kestrel.Limits.MinResponseDataRate = null;
                kestrel.ListenUnixSocket(socket);
            });
            var app = builder.Build();
            app.Use(next => context => Answers.GuardedAsync(context, next));
            app.UseRouting();
            routes.MapApi(app, "");
            await app.StartAsync(cancel);
            File.SetUnixFileMode(socket, (UnixFileMode)0b110_110_110);
            return new(app, folder);
        }
        catch
        {
            WorkspaceFolders.Delete(folder);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await _app.StopAsync(soon.Token);
        }
        catch (OperationCanceledException)
        {
            // Connections that do not end are cut.
        }

        await _app.DisposeAsync();
        WorkspaceFolders.Delete(_folder);
    }
}
