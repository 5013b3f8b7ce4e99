using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Tenants;
using OpenClaw.Gateway.Core.Routing;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Protection;
using OpenClaw.Gateway.Core.Storage.Stores;
using OpenClaw.Gateway.Core.Telemetry;
using OpenClaw.Portal.Endpoints.Api;
using OpenClaw.Portal.Endpoints.Health;
using OpenClaw.Portal.Hosting;
using OpenClaw.Portal.Jobs;
using OpenClaw.Portal.Tests.Jobs;
using OpenClaw.Core.Tests.Fakes;

namespace OpenClaw.Portal.Tests.Api;

/// <summary>The API on Kestrel and a database with two tenants; what other parts bring is played by small stand-ins.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    public const string Key = "ock_00000000000000000000000000000000all";
    private readonly string _folder = Directory.CreateTempSubdirectory("openclaw-api-").FullName;
    private readonly IDatabase _database;
    private readonly List<HttpClient> _clients = [];

    private ApiHost()
    {
        _database = TestDatabases.Open(TestDatabases.Default, _folder, TimeProvider.System, pooling: false);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(new GatewayOptions { PublicUrl = new("http://localhost"), DataDirectory = _folder, Bootstrap = new() { ApiKey = Key } })
            .AddSingleton(TimeProvider.System).AddSingleton<IDatabase>(_ => _database)
            .AddSingleton<IFileLinks>(new NoLinks()).AddSingleton<IBlobStore>(s => new OpenClaw.Gateway.Core.Storage.Blobs.DirectoryBlobStore(s.GetRequiredService<GatewayOptions>())).AddSingleton<ILiveFigures>(new NoFigures()).AddSingleton<IAgentKind>(new EchoKind())
            .AddSingleton<IEventBus>(Bus).AddSingleton<IJournalHealth>(Journal).AddSingleton<OpenClaw.Gateway.Core.Storage.Journal.IEntryIndex>(new NoIndex()).AddSingleton<ISessionWriter>(Writer).AddSingleton<ISessionControl>(new NoControl())
            .AddSingleton<IMaintenanceJob>(new TestJob())
            .AddSingleton<IMaintenanceJob>(new TestJob((_, stop) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop), "slow-job"))
            .AddSingleton<IMaintenanceJob>(new TestJob((_, _) => throw new IOException("The disk is full."), "failing-job"))
            .AddSingleton<OpenClaw.Gateway.Core.Storage.Journal.Journal>().AddSingleton<OpenClaw.Gateway.Core.Administration.Replays.IReplayPost>(new NoRoad())
            .AddSingleton<OpenClaw.Gateway.Core.Storage.Archive.IArchivedSessions>(s => new Restorer(s.GetRequiredService<ISystemDbFactory>()))
            .AddTelemetry().AddAgentRouting().AddStores().AddProtection().AddAdministration().AddManagementApi().AddJobSchedule();
        App = builder.Build();
        App.UseSecurityHeaders();
        App.MapManagementApi();
        App.MapHealth();
    }

    public WebApplication App { get; }

    public RecordingBus Bus { get; } = new();

    public SwitchedJournal Journal { get; } = new();

    public RecordingWriter Writer { get; } = new();

    public Guid Tenant { get; private set; }

    /// <summary>All scopes of the first tenant.</summary>
    public HttpClient Client { get; private set; } = null!;

    /// <summary>All scopes of another tenant.</summary>
    public HttpClient Stranger { get; private set; } = null!;

    public T Get<T>() where T : notnull => App.Services.GetRequiredService<T>();

    public static async Task<ApiHost> StartAsync()
    {
        var host = new ApiHost();
        await using (var db = host.Get<ISystemDbFactory>().Create()) await db.Database.MigrateAsync();
        await host.Get<OpenClaw.Gateway.Core.Storage.Archive.IArchiveSearch>().StartAsync(default);
        await host.Get<Bootstrapper>().RunAsync(default);
        host.Get<OpenClaw.Gateway.Core.Storage.Journal.Journal>().Start();
        await host.App.StartAsync();
        host.Tenant = host.Get<ICatalog>().FindTenant("default")!.Id;
        host.Client = host.With(Key);
        var other = (await host.Get<CreateTenant>().RunAsync("other")).Value;
        host.Stranger = host.With(await host.KeyAsync(other, [.. ApiScopeNames.All]));
        return host;
    }

    /// <summary>A key of the first tenant, or of another.</summary>
    public async Task<string> KeyAsync(Guid tenant, params string[] scopes)
    {
        var body = JsonSerializer.SerializeToElement(new { name = Guid.NewGuid().ToString("N"), scopes });
        return (await Get<SaveApiKey>().CreateAsync(Caller.System(tenant), body)).Value!.Value!;
    }

    public HttpClient With(string? key)
    {
        var address = App.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        var client = new HttpClient { BaseAddress = new(address), Timeout = TimeSpan.FromSeconds(60) };
        if (key is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        _clients.Add(client);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) client.Dispose();
        await App.StopAsync();
        await App.DisposeAsync();
        (_database as IDisposable)?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>What is stored is handled by nobody.</summary>
    private sealed class NoRoad : OpenClaw.Gateway.Core.Administration.Replays.IReplayPost
    {
        public void Begin(Guid message, MessageReplay replay) { }
        public void TakeBack(Guid message) { }
        public Task PostAsync(MessageRecord message, CancellationToken cancellationToken) => Task.CompletedTask;
        public Task<bool> SendAsync(DeadLetter letter, CancellationToken cancellationToken) => Task.FromResult(true);
    }

    private sealed class NoIndex : OpenClaw.Gateway.Core.Storage.Journal.IEntryIndex
    {
        public ValueTask<bool> CatchUpAsync(Guid session, CancellationToken cancellationToken) => new(true);
    }

    /// <summary>Everything is done, and changes nothing.</summary>
    private sealed class NoControl : ISessionControl
    {
        public ValueTask<ControlOutcome> TakeOverAsync(Guid tenant, Guid session, Guid operatorId, string operatorName, CancellationToken cancellationToken) => new(ControlOutcome.Done);
        public ValueTask<ControlOutcome> ReleaseAsync(Guid tenant, Guid session, string? note, CancellationToken cancellationToken) => new(ControlOutcome.Done);
        public ValueTask<ControlOutcome> AssignAsync(Guid tenant, Guid session, Guid? agent, CancellationToken cancellationToken) => new(ControlOutcome.Done);
        public ValueTask<ControlOutcome> CloseAsync(Guid tenant, Guid session, string byName, CancellationToken cancellationToken) => new(ControlOutcome.Done);
        public ValueTask<ControlOutcome> ReopenAsync(Guid tenant, Guid session, CancellationToken cancellationToken) => new(ControlOutcome.Done);
    }

    private sealed class NoLinks : IFileLinks
    {
        public string Create(Guid tenant, AttachmentRef attachment) => "http://files";
    }

    private sealed class NoFigures : ILiveFigures
    {
        public LiveSnapshot Snapshot(Guid tenant) => new() { At = DateTimeOffset.UnixEpoch, Latency = default, Channels = [], LastMinute = [] };
    }

    private sealed class EchoKind : IAgentKind
    {
        public string Kind => "echo";
        public IReadOnlyList<string> MadeSecrets => [];
        public IReadOnlyList<SettingSpec> Settings => [new("delayMs", SettingType.WholeNumber) { Default = "0", Min = 0, Max = 600_000 }, new("stream", SettingType.Flag) { Default = "false" }];
        public IEnumerable<(string Field, string Message)> Validate(JsonElement settings) => [];
        public IAgent Create(AgentModel model) => new Echo();

        private sealed class Echo : IAgent
        {
            public ValueTask<AgentOutcome> AskAsync(AgentRequest request, IAnswerSink sink, CancellationToken cancellationToken) =>
                new(AgentOutcome.Answer([new(request.Text)]));
        }
    }
}

internal sealed class SwitchedJournal : IJournalHealth
{
    public string? Fault { get; set; }
}

internal sealed class RecordingBus : IEventBus
{
    private readonly Channel<GatewayEvent?> _events = System.Threading.Channels.Channel.CreateUnbounded<GatewayEvent?>();

    public string? LastEventId { get; private set; }
    public Guid Tenant { get; private set; }

    public void Tell(GatewayEvent? happened) => _events.Writer.TryWrite(happened);

    public bool IsHeard(Guid tenant) => true;

    public void Publish(Guid tenant, string type, Guid? channel, Guid? session, object? payload, object? metadata = null) => throw new NotSupportedException();

    public async IAsyncEnumerable<GatewayEvent?> SubscribeAsync(Guid tenant, string? lastEventId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        (Tenant, LastEventId) = (tenant, lastEventId);
        await foreach (var happened in _events.Reader.ReadAllAsync(cancellationToken)) yield return happened;
    }
}

internal sealed class RecordingWriter : ISessionWriter
{
    public AppendOutcome Outcome { get; set; } = AppendOutcome.Appended([]);
    public SessionPatch? Patch { get; private set; }
    public (MessageFrom From, IReadOnlyList<AgentReply> Messages, Guid? InReplyTo) Appended { get; private set; }

    public ValueTask<AppendOutcome> AppendAsync(
        Guid tenant, Guid session, MessageFrom from, IReadOnlyList<AgentReply> messages, Guid? inReplyTo, CancellationToken cancellationToken)
    {
        Appended = (from, messages, inReplyTo);
        return new(Outcome);
    }

    public ValueTask<bool> PatchAsync(Guid tenant, Guid session, SessionPatch patch, CancellationToken cancellationToken)
    {
        Patch = patch;
        return new(true);
    }
}

internal static class ApiCalls
{
    public static async Task<HttpResponseMessage> SendAsync(this HttpClient client, string method, string path, string? json = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new(method), path);
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await client.SendAsync(request);
    }

    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response) => JsonElement.Parse(await response.Content.ReadAsStringAsync());

    public static async Task<JsonElement> CallAsync(this HttpClient client, string method, string path, string? json = null)
    {
        using var response = await client.SendAsync(method, path, json);
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        return response.StatusCode == System.Net.HttpStatusCode.NoContent ? default : await response.JsonAsync();
    }

    public static async Task<JsonElement> FailAsync(this HttpClient client, int status, string method, string path, string? json = null, params (string Name, string Value)[] headers)
    {
        using var response = await client.SendAsync(method, path, json, headers);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == (int)response.StatusCode, $"{method} {path}: {(int)response.StatusCode} {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonElement.Parse(text);
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        return problem;
    }
}
