using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Alerts;
using OpenClaw.Gateway.Core.Administration.Alerts.Conditions;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Gateway.Core.Administration.Jobs;
using OpenClaw.Gateway.Core.Resilience;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Storage.Protection;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Core.Tests.Administration.Alerts;

/// <summary>The alerts over a database, with circuits, disk and mail as the test says and a real endpoint that takes or refuses.</summary>
internal sealed class AlertHost : IAsyncDisposable
{
    private readonly OutgoingCalls _calls = new(null, "127.0.0.1");
    private readonly AdministrationHost _host;
    private readonly HttpServer _server;

    private AlertHost(AdministrationHost host, HttpServer server, ConcurrentQueue<Received> received, Endpoint endpoint)
    {
        (_host, _server, Received, Endpoint) = (host, server, received, endpoint);
        var catalog = host.Catalog;
        Conditions = new(
        [
            new CircuitOpen(catalog, [Circuits]), new DeadLettersRising(catalog), new ChannelDown(catalog, host.Get<ChannelHealth>()),
            new ChannelDeaf(catalog, host.Get<ChannelTraffic>(), host.Get<ILiveFigures>(), host.Clock), new QueueAge(catalog), new WebhookDisabled(),
            new JobFailed(host.Get<JobRunner>()), new DiskLow(host.Get<GatewayOptions>(), Disk),
        ]);
        Restart();
    }

    public AdministrationHost Host => _host;

    public TestClock Clock => _host.Clock;

    public SetCircuits Circuits { get; } = new();

    public SetDisk Disk { get; } = new();

    public NotedMails Mails { get; } = new();

    public AlertConditions Conditions { get; }

    public AlertBoard Board { get; } = new();

    public AlertWatch Watch { get; private set; } = null!;

    public AlertNotices Notices { get; private set; } = null!;

    public ConcurrentQueue<Received> Received { get; }

    public Endpoint Endpoint { get; }

    public Uri Url => _server.Url;

    public Caller Admin => Caller.System(_host.Tenant);

    public SaveAlertRule Save => new(_host.Get<ITenantDbFactory>(), Conditions, _host.Get<SecretProtector>(), Mails, Clock);

    public AlertQueries Queries => new(_host.Get<ITenantDbFactory>(), Conditions, Links);

    private AlertLinks Links => new(_host.Get<GatewayOptions>(), _host.Catalog, Conditions);

    public static async Task<AlertHost> StartAsync()
    {
        var (received, endpoint) = (new ConcurrentQueue<Received>(), new Endpoint());
        var server = await HttpServer.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            received.Enqueue(new(await reader.ReadToEndAsync(), context.Request.Headers["webhook-id"]!, context.Request.Headers["webhook-timestamp"]!, context.Request.Headers["webhook-signature"]!));
            context.Response.StatusCode = endpoint.Status;
        });
        return new(await AdministrationHost.StartAsync(), server, received, endpoint);
    }

    /// <summary>As after a restart of the process: nothing is in memory.</summary>
    public void Restart()
    {
        var http = _calls.Http;
        Watch = new(_host.Get<ISystemDbFactory>(), _host.Get<ITenantDbFactory>(), Conditions, Board, _host.Catalog, Clock, NullLogger<AlertWatch>.Instance);
        Notices = new(_host.Get<ISystemDbFactory>(), [new WebhookMeans(http, TimeProvider.System), new MailMeans(Mails)], _host.Get<SecretProtector>(), Links, _host.Catalog, Clock, NullLogger<AlertNotices>.Instance);
    }

    public async Task<AlertRuleView> RuleAsync(string condition, string settings = "{}", string more = "", string? name = null)
    {
        var result = await Save.CreateAsync(Admin, Json($$"""{"name":"{{name ?? condition}}","condition":"{{condition}}","settings":{{settings}},"means":"webhook","target":"{{Url}}"{{more}}}"""));
        return result.Value ?? throw new InvalidOperationException(string.Join("; ", result.Errors.Select(e => $"{e.Key}: {e.Value[0]}")));
    }

    /// <summary>Looks and tells, as the worker does every 15 seconds, for that long.</summary>
    public async Task RunAsync(TimeSpan span)
    {
        for (var passed = TimeSpan.Zero; passed < span; passed += TimeSpan.FromSeconds(15))
        {
            Clock.Advance(TimeSpan.FromSeconds(15));
            await StepAsync();
        }
    }

    public async Task StepAsync()
    {
        await Watch.RunAsync(default);
        await Notices.RunAsync(default);
    }

    public async Task<List<Alert>> AlertsAsync()
    {
        await using var db = _host.Get<ISystemDbFactory>().Create();
        return await db.Alerts.AsNoTracking().OrderBy(a => a.Id).ToListAsync();
    }

    public List<string> Types() => [.. Received.Select(r => r.Json.GetProperty("type").GetString()!)];

    public static JsonElement Json(string json) => JsonElement.Parse(json);

    public async ValueTask DisposeAsync()
    {
        _calls.Dispose();
        await _server.DisposeAsync();
        await _host.DisposeAsync();
    }
}

/// <summary>A notice as it came in.</summary>
internal sealed record Received(string Body, string Id, string Timestamp, string Signature)
{
    public JsonElement Json => JsonElement.Parse(Body);

    public bool IsSignedWith(string secret, DateTimeOffset now) => StandardWebhooks.Verify(Id, Timestamp, System.Text.Encoding.UTF8.GetBytes(Body), Signature, secret, now);
}

/// <summary>How the endpoint answers.</summary>
internal sealed class Endpoint
{
    public int Status { get; set; } = 204;
}

/// <summary>Circuits that the test sets.</summary>
internal sealed class SetCircuits : ICircuits
{
    private readonly ConcurrentDictionary<Guid, (CircuitState State, DateTimeOffset Since)> _states = new();

    public void Set(Guid subject, CircuitState state, DateTimeOffset since) => _states[subject] = (state, since);

    public CircuitView Of(SubjectKind kind, Guid subject) =>
        _states.TryGetValue(subject, out var set) ? new(subject, kind, set.State, set.Since, null, null, "HTTP 500 with a secret of the user", 0) : new(subject, kind, CircuitState.Closed, null, null, null, null, 0);
}

/// <summary>A disk as full as the test says.</summary>
internal sealed class SetDisk : IDiskSpace
{
    public long Free { get; set; } = 100L << 30;

    public long Total { get; set; } = 200L << 30;

    public (long Free, long Total) Of(string directory) => (Free, Total);
}

/// <summary>Keeps mails; refuses addresses that the test names.</summary>
internal sealed class NotedMails : IMailer
{
    public List<MailMessage> Sent { get; } = [];

    public HashSet<string> Refused { get; } = [];

    public bool IsConfigured { get; set; } = true;

    public Task<MailResult> SendAsync(MailMessage message, CancellationToken cancellationToken)
    {
        if (Refused.Contains(message.To)) return Task.FromResult<MailResult>(new MailResult.Failed("no such person"));
        Sent.Add(message);
        return Task.FromResult<MailResult>(new MailResult.Sent());
    }

    public MailResult Post(MailMessage message) => throw new NotSupportedException();
}
