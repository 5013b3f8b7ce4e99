using System.Collections.Frozen;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.WebSocket;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Blobs;

namespace OpenClaw.Core.Tests.Channels.WebSocket;

/// <summary>The channel on a real server on a free port, with one channel, an in-memory gateway behind it and real files and rows for uploads.</summary>
internal sealed class SocketHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SocketHost(WebApplication app, ChannelModel channel, FakeGateway gateway, ChannelCatalog catalog, TestDatabase database, GatewayOptions options)
    {
        (_app, Channel, Gateway, Catalog, Database, Options) = (app, channel, gateway, catalog, database, options);
        Address = new(app.Urls.Single());
    }

    public ChannelModel Channel { get; }
    public FakeGateway Gateway { get; }
    public ChannelCatalog Catalog { get; }
    public TestDatabase Database { get; }
    public GatewayOptions Options { get; }
    public FakeEvents Events => (FakeEvents)Services.GetRequiredService<IEventBus>();
    public IServiceProvider Services => _app.Services;
    public Uri Address { get; }

    public static async Task<SocketHost> StartAsync(
        object? settings = null, SessionScope scope = SessionScope.User, LimitOptions? limits = null, TimeProvider? time = null, Action<IServiceCollection>? more = null, ChannelModel? channel = null)
    {
        var database = await TestDatabase.CreateAsync();
        var tenant = await database.AddTenantAsync("acme");
        var folder = Directory.CreateTempSubdirectory("openclaw-socket-").FullName;
        var options = new GatewayOptions { PublicUrl = new("http://localhost"), DataDirectory = folder, Limits = limits ?? new() };
        var catalog = new ChannelCatalog();
        var gateway = new FakeGateway();
        channel ??= MakeChannel(tenant, settings, scope);
        catalog.Put(channel);

        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        builder.Services.AddRoutingCore().AddLogging();
        builder.Services.AddSingleton(options).AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddSingleton<ICatalog>(catalog).AddSingleton<ISessionHub>(gateway).AddSingleton<IDirectInbox>(gateway);
        builder.Services.AddSingleton<IEventBus, FakeEvents>().AddSingleton<IKeyMaterial>(new FakeKeys());
        builder.Services.AddSingleton<ITenantDbFactory>(database.Tenants).AddSingleton<ISystemDbFactory>(database.System);
        more?.Invoke(builder.Services);
        builder.Services.AddDirectoryBlobs().AddWebSocketChannel();
        var app = builder.Build();
        app.MapWebSocketChannel();
        app.MapFiles();
        await app.StartAsync();
        return new(app, channel, gateway, catalog, database, options);
    }

    public static ChannelModel MakeChannel(Guid tenant, object? settings = null, SessionScope scope = SessionScope.User, string secret = Tokens.Secret) => new()
    {
        Id = Guid.CreateVersion7(),
        Tenant = new(tenant, "acme", "Acme", Suspended: false, new()),
        Kind = "websocket",
        Name = "Web",
        Enabled = true,
        Scope = scope,
        Settings = JsonSerializer.SerializeToElement(settings ?? new { }),
        Secrets = new Dictionary<string, string>(StringComparer.Ordinal) { ["signingSecret"] = secret }.ToFrozenDictionary(),
    };

    public Task<SocketClient> ConnectAsync(string query = "", string? resume = null, string? bearer = null, string? origin = null) =>
        SocketClient.ConnectAsync(this, query, resume, bearer, origin);

    /// <summary>A handshake that is expected to be refused: status and problem.</summary>
    public async Task<(int Status, JsonElement Problem, HttpResponseMessage Response)> RefusedAsync(
        string query = "", string? protocols = "openclaw.v1", string? origin = null, string? authorization = null, string? channel = null, string path = "")
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address, $"/channels/{channel ?? Channel.Id.ToString()}/socket{path}{query}"));
        request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        request.Headers.TryAddWithoutValidation("Upgrade", "websocket");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Version", "13");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        if (protocols is not null) request.Headers.TryAddWithoutValidation("Sec-WebSocket-Protocol", protocols);
        if (origin is not null) request.Headers.TryAddWithoutValidation("Origin", origin);
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if (response.StatusCode == HttpStatusCode.SwitchingProtocols) return (101, default, response);
        var body = await response.Content.ReadAsByteArrayAsync();
        return ((int)response.StatusCode, body.Length == 0 ? default : JsonDocument.Parse(body).RootElement, response);
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        using var hurry = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(hurry.Token);
        await _app.DisposeAsync();
        await Gateway.DisposeAsync();
        await Database.DisposeAsync();
        TestFolder.Delete(Options.DataDirectory);
    }
}
