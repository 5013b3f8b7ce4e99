using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.DeadLetters;
using OpenClaw.Gateway.Core.Administration.Replays;
using OpenClaw.Gateway.Core.Agents;
using OpenClaw.Gateway.Core.Channels.Http;
using OpenClaw.Gateway.Core.Delivery;
using OpenClaw.Gateway.Core.Events;
using OpenClaw.Gateway.Core.Events.Webhooks;
using OpenClaw.Gateway.Core.Ingest;
using OpenClaw.Gateway.Core.Maintenance;
using OpenClaw.Gateway.Core.Maintenance.Retention;
using OpenClaw.Gateway.Core.Pipeline;
using OpenClaw.Gateway.Core.Resilience;
using OpenClaw.Gateway.Core.Routing;
using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Blobs;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Journal;
using OpenClaw.Gateway.Core.Storage.Stores;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Core.Tests.Fakes;

/// <summary>The real road over a real database in a folder of its own, with scripted agents and no channel.</summary>
internal sealed class Road : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly bool _ownsFolder;
    private bool _stopped;
    private ReplayWorker? _replays;

    private Road(string folder, bool ownsFolder, FakeCatalog catalog, TimeProvider time, IDatabase? database, LimitOptions? limits, string kind, IEnumerable<IChannelSender>? senders, Action<IServiceCollection>? with)
    {
        (Folder, _ownsFolder, Catalog) = (folder, ownsFolder, catalog);
        Directory.CreateDirectory(folder);
        Database = database ?? TestDatabases.Open(kind, folder, time);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(time);
        services.AddSingleton(new GatewayOptions { PublicUrl = new("http://localhost:5080"), DataDirectory = folder, Limits = limits ?? new(), PrivateHosts = ["*"] });
        services.AddSingleton(Database);
        services.AddSingleton<ICatalog>(catalog);
        services.AddSingleton<IAgentKind>(Agents);
        services.AddTelemetry().AddResilience().AddStores().AddJournal().AddDirectoryBlobs().AddArchive().AddEvents().AddIngest().AddSessions().AddAgentRouting();
        services.AddSingleton<AgentRegistry>();
        services.AddSingleton<IAgentGates>(s => s.GetRequiredService<AgentRegistry>());
        services.AddPipeline().AddDelivery();
        services.AddSingleton<IKeyMaterial>(new FakeKeys());
        services.AddHttpChannel();
        foreach (var sender in senders ?? []) services.AddSingleton(sender);
        services.AddSingleton<OpenClaw.Gateway.Core.Administration.Conversations.MessageQueries>();
        services.AddDeadLetters().AddReplays();
        services.AddSessionJobs().AddArchiveJobs().AddRetention();
        with?.Invoke(services);
        _services = services.BuildServiceProvider();
    }

    public string Folder { get; }

    public FakeCatalog Catalog { get; }

    public ScriptedAgents Agents { get; } = new();

    public IDatabase Database { get; }

    public Journal Journal => Get<Journal>();

    public SessionTable Sessions => Get<SessionTable>();

    public IInbox Inbox => Get<IInbox>();

    public static async Task<Road> StartAsync(
        FakeCatalog? catalog = null, string? folder = null, TimeProvider? time = null, IDatabase? database = null, LimitOptions? limits = null, Action<Road>? before = null,
        string? kind = null, IEnumerable<IChannelSender>? senders = null, Action<IServiceCollection>? with = null)
    {
        var own = folder is null;
        var road = new Road(folder ?? Path.Combine(Path.GetTempPath(), "openclaw-road-" + Guid.NewGuid().ToString("N")), own, catalog ?? new(), time ?? TimeProvider.System, database, limits, kind ?? TestDatabases.Default, senders, with);
        before?.Invoke(road);
        await using (var db = road.Db()) await db.Database.MigrateAsync();
        if (road._services.GetService<WebhookEndpoints>() is { } endpoints) await endpoints.ReloadAsync(CancellationToken.None);
        _ = road.Get<Lazy<IMailboxHandler>>().Value; // a worker of the pool may come to it when the services are gone
        road.Journal.Start();
        await road.Get<Outbox>().StartAsync(CancellationToken.None);
        await road.Sessions.RecoverAsync(CancellationToken.None);
        return road;
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public GatewayDbContext Db() => Get<ISystemDbFactory>().Create();

    /// <summary>A channel and a default agent of the scripted kind.</summary>
    public ChannelModel AddChannel(Func<ChannelModel, ChannelModel>? with = null)
    {
        if (Catalog.FindAgent(Catalog.Tenant.Id, "Scripted") is null) Catalog.AddAgent("scripted", "Scripted", isDefault: true);
        return Catalog.AddChannel(with);
    }

    public static InboundMessage Message(ChannelModel channel, string id, string text, string user = "ada", string conversation = "main") => new()
    {
        Channel = channel,
        Address = new SessionAddress(conversation, null, user, "Ada"),
        ExternalId = id,
        Text = Utf8Text.From(text),
    };

    /// <summary>Has replays of many carried out.</summary>
    public async Task StartReplaysAsync()
    {
        _replays = Get<ReplayWorker>();
        await _replays.StartAsync(CancellationToken.None);
    }

    /// <summary>All rows in order of session and seq, once everything appended so far is durable; and whoever is told of what they show has been told.</summary>
    public async Task<List<Message>> RowsAsync()
    {
        await Journal.FlushAsync();
        await using var db = Db();
        var rows = await db.Messages.AsNoTracking().OrderBy(m => m.SessionId).ThenBy(m => m.Seq).ToListAsync();
        await Journal.FlushAsync(); // rows of a later group are seen before its entries are told that they are stored
        return rows;
    }

    /// <summary>As a power cut would: nothing more is handled or written.</summary>
    public async Task StopAsync()
    {
        if (_stopped) return;
        _stopped = true;
        if (_replays is not null) await _replays.StopAsync(CancellationToken.None);
        await Get<OpenClaw.Gateway.Core.Pipeline.Pipeline>().StopAsync();
        await Get<Outbox>().StopAsync(TimeSpan.Zero);
        Journal.Stop();
        await _services.DisposeAsync();
        (Database as IDisposable)?.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_ownsFolder) TestFolder.Delete(Folder);
    }
}
