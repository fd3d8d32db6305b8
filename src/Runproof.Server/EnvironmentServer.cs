using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Runproof.Catalogue;
using Runproof.Rollouts.Sessions;
using Runproof.Server.Gateway;
using Runproof.Server.Gyms;
using Runproof.Server.Mcp;
using Runproof.Server.Sessions;
using Runproof.Server.Telemetry;
using Runproof.Tasks;

namespace Runproof.Server;

/// <summary>The server: environments over OpenEnv, SkyRL, NeMo Gym and MCP, and the gateway to a model. Disposed of, it ends sessions, sandboxes and connections, in this order.</summary>
internal sealed class EnvironmentServer : IAsyncDisposable
{
    /// <summary>Initial states kept though no session uses them.</summary>
    private const int WarmTasks = 16;

    private static readonly TimeSpan ToStop = TimeSpan.FromSeconds(10);
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stop;
    private readonly WarmStates _states;
    private readonly GatewaySessions? _gateway;
    private readonly ServerMeter _meter;

    private EnvironmentServer(WebApplication app, CancellationTokenSource stop, WarmStates states, SessionTable sessions, GatewaySessions? gateway, ServerMeter meter) =>
        (_app, _stop, _states, Sessions, _gateway, _meter) = (app, stop, states, sessions, gateway, meter);

    public SessionTable Sessions { get; }

    public GatewaySessions? Gateway => _gateway;

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <param name="gateway">The model behind the gateway; null: none. The server disposes of it.</param>
    /// <exception cref="InputException">It cannot listen there.</exception>
    public static async Task<EnvironmentServer> StartAsync(ServerOptions options, GymOptions gym, GatewayOptions? gateway, Workspace workspace, TimeProvider clock, CancellationToken cancel)
    {
        var stop = new CancellationTokenSource();
        var tasks = new TaskDraw(new TaskTable(workspace), gym.Filter, gym.Ids, gym.Seed);
        var states = new WarmStates(workspace, WarmTasks, stop.Token);
        var world = new SessionWorld(tasks, states, new(gym.Rewards), gym.Defaults, new(gym.Jobs), clock);
        var sessions = new SessionTable(world, options.MaxSessions, options.Idle);
        var calls = gateway is null ? null : new GatewaySessions(gateway.Backend, gateway.Idle, clock);
        var meter = new ServerMeter(sessions, calls);
        sessions.Judging += meter.Judged;
        var tools = new EnvironmentTools(sessions, tasks, gym.Defaults.Agent);
        var app = Build(options, services => McpRoutes.Add(services, sessions, tools));
        var rpc = new JsonRpc(sessions, tools, stop.Token);
        var access = new Access(options.Token);
        app.Use(next => context => Answers.GuardedAsync(context, next));
        app.Use(next => context => access.CheckAsync(context, next));
        app.UseWebSockets(new() { KeepAliveInterval = options.PingEvery, KeepAliveTimeout = options.PingTimeout });
        app.Use(next => async context =>
        {
            await McpRoutes.CloseAsync(context, sessions);
            await (JsonRpc.Speaks(context.Request) ? rpc.ServeAsync(context) : next(context));
        });
        app.UseRouting();
        app.MapPrometheusScrapingEndpoint("/metrics");
        app.MapOpenApi("/openapi.json");
        McpRoutes.Map(app);
        new OpenEnvRoutes(sessions, tasks).Map(app);
        new OpenEnvSocket(sessions, rpc, stop.Token).Map(app);
        new SkyRlRoutes(sessions).Map(app);
        new GatewayRoutes(calls, gateway?.KeepAlive ?? default).Map(app);
        new Agents.CommandRollouts(sessions, world, calls, workspace, gateway?.KeepAlive ?? default, gateway?.AgentFolder, stop.Token).Map(app);
        new NemoGymRoutes(sessions).Map(app);
        var server = new EnvironmentServer(app, stop, states, sessions, calls, meter);
        try
        {
            await app.StartAsync(cancel);
            sessions.Start();
            return server;
        }
        catch (Exception error)
        {
            await server.DisposeAsync();
            throw error is IOException or System.Net.Sockets.SocketException ? new InputException($"cannot listen at {options.Host} port {options.Port}: {error.Message}", error) : error;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Connections hear of it first, then what they held ends, then nobody is let in any more.
        await _stop.CancelAsync();
        await Sessions.DisposeAsync();
        _gateway?.Dispose();
        using var limit = new CancellationTokenSource(ToStop);
        try
        {
            await _app.StopAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // Connections that do not end are cut.
        }

        await _app.DisposeAsync();
        await _states.DisposeAsync();
        _meter.Dispose();
        _stop.Dispose();
    }

    private static WebApplication Build(ServerOptions options, Action<IServiceCollection> add)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [], ContentRootPath = AppContext.BaseDirectory, ApplicationName = typeof(EnvironmentServer).Assembly.GetName().Name });

        // Standard output belongs to the verb, and Ctrl-C too.
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ToStop);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = ServerOptions.MostBodyBytes;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(options.Host, options.Port);
        });
        builder.Services.AddRouting();
        builder.Services.Configure<Microsoft.AspNetCore.Routing.RouteOptions>(routing => routing.SetParameterPolicy<Microsoft.AspNetCore.Routing.Constraints.RegexInlineRouteConstraint>("regex"));
        builder.Services.AddOpenApi(api => api.AddDocumentTransformer((document, _, _) =>
        {
            (document.Info.Title, document.Info.Version) = ("Runproof", typeof(EnvironmentServer).Assembly.GetName().Version?.ToString(3) ?? "0");
            return Task.CompletedTask;
        }));
        var metrics = builder.Services.AddOpenTelemetry().WithMetrics(meters => meters.AddMeter(ServerMeter.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http").AddPrometheusExporter());
        if (Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT") is { Length: > 0 }) metrics.WithMetrics(meters => meters.AddOtlpExporter());
        add(builder.Services);
        return builder.Build();
    }

    /// <summary>Signals are the program's, not a host's.</summary>
    internal sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
