using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents;
using OpenClaw.Gateway.Core.Agents.Socket;

namespace OpenClaw.Core.Tests.Agents.Socket;

/// <summary>The real road with one agent of the kind <c>socket</c>, whose processes connect to a real server.</summary>
internal sealed class AgentHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private AgentHost(Road road, WebApplication app, AgentModel agent, ChannelModel channel) => (Road, _app, Agent, Channel) = (road, app, agent, channel);

    public Road Road { get; }

    public AgentModel Agent { get; }

    public ChannelModel Channel { get; }

    public AgentSockets Sockets => Road.Get<AgentSockets>();

    /// <summary>Cancelled: nobody may stay.</summary>
    public CancellationTokenSource Allowed { get; } = new();

    public static async Task<AgentHost> StartAsync(string settings = "{}", RetryPolicy? retry = null, TimeSpan? heartbeat = null, LimitOptions? limits = null, Func<AgentModel, AgentModel>? with = null)
    {
        var catalog = new FakeCatalog { Retry = retry ?? new(4, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1)) };
        var agent = catalog.AddAgent("socket", "Support", isDefault: true, settings);
        if (with is not null) catalog.Replace(agent = with(agent));
        var channel = catalog.AddChannel();
        var road = await Road.StartAsync(catalog, limits: limits, with: services => services.AddAgents());
        var host = new AgentHost(road, Application(), agent, channel);
        if (heartbeat is { } span) host.Sockets.Heartbeat = span;
        host._app.UseWebSockets();
        host._app.Run(host.ServeAsync);
        await host._app.StartAsync();
        return host;
    }

    public Task<AgentClient> ConnectAsync() => AgentClient.ConnectAsync(new Uri(_app.Urls.Single().Replace("http://", "ws://", StringComparison.Ordinal)));

    public Task SendAsync(string id, string text, string user = "ada") => Road.Inbox.AcceptAsync(Road.Message(Channel, id, text, user), default).AsTask();

    public async ValueTask DisposeAsync()
    {
        await Sockets.StopAsync(new CancellationToken(canceled: true));
        using var hurry = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(hurry.Token);
        await _app.DisposeAsync();
        await Road.DisposeAsync();
        Allowed.Dispose();
    }

    private async Task ServeAsync(HttpContext http)
    {
        using var socket = await http.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { SubProtocol = IAgentSockets.Protocol, KeepAliveInterval = Sockets.Heartbeat, KeepAliveTimeout = Sockets.Heartbeat });
        await Sockets.ServeAsync(Agent, new(Guid.NewGuid(), "replica", "127.0.0.1"), socket, Allowed.Token);
    }

    private static WebApplication Application()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        return builder.Build();
    }
}
