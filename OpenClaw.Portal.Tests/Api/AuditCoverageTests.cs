using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.HeldMessages;
using OpenClaw.Gateway.Core.Administration.Jobs;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Portal.Endpoints.Api;

namespace OpenClaw.Portal.Tests.Api;

/// <summary>
/// Every call that changes something leaves an entry in the audit. A changing call without an example here fails the first test:
/// whoever adds a route says how it is called, or, for one that only tries or computes, puts it with those.
/// </summary>
public sealed class AuditCoverageTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    /// <summary>They try or compute and leave everything as it was.</summary>
    private static readonly string[] WithoutEffect = ["test", "evaluate", "backtest"];

    /// <summary>By call: what makes the resource that it is called on (its id goes into the path), the body, and the action that is noted.</summary>
    private static readonly Dictionary<string, Example> Examples = new(StringComparer.Ordinal)
    {
        ["POST /channels"] = new(null, """{"kind":"websocket","name":"{new}"}""", "channel.created"),
        ["PATCH /channels/{id:guid}"] = new("channel", """{"name":"{new}"}""", "channel.changed"),
        ["DELETE /channels/{id:guid}"] = new("channel", null, "channel.deleted"),
        ["POST /channels/{id:guid}/restart"] = new("channel", null, "channel.restarted"),
        ["POST /channels/{id:guid}/messages"] = Example.Conversation,
        ["POST /channels/{id:guid}/secrets/{name}/rotate"] = new("channel", "{}", "channel.secret-rotated"),
        ["POST /channels/{id:guid}/held/discard"] = new("channel", "{}", "held-message.discarded-all"),
        ["POST /channels/{id:guid}/held/{held:guid}/release"] = new("held message", null, "held-message.released"),
        ["DELETE /channels/{id:guid}/held/{held:guid}"] = new("held message", null, "held-message.discarded"),
        ["POST /pairings/{id:guid}/approve"] = new("pairing", null, "pairing.approved"),
        ["POST /pairings/{id:guid}/deny"] = new("pairing", null, "pairing.denied"),
        ["DELETE /pairings/{id:guid}"] = new("pairing", null, "pairing.removed"),
        ["POST /agents"] = new(null, """{"kind":"echo","name":"{new}"}""", "agent.created"),
        ["PATCH /agents/{id:guid}"] = new("agent", """{"name":"{new}"}""", "agent.changed"),
        ["DELETE /agents/{id:guid}"] = new("agent", null, "agent.deleted"),
        ["POST /agents/{id:guid}/secrets/{name}/rotate"] = Example.Elsewhere,
        ["POST /pools"] = new(null, """{"name":"{new}","members":["{agent}"]}""", "pool.created"),
        ["PATCH /pools/{id:guid}"] = new("pool", """{"name":"{new}"}""", "pool.changed"),
        ["DELETE /pools/{id:guid}"] = new("pool", null, "pool.deleted"),
        ["POST /routing-rules"] = new(null, """{"name":"{new}","match":{},"target":{"drop":true}}""", "rule.created"),
        ["PATCH /routing-rules/{id:guid}"] = new("rule", """{"name":"{new}"}""", "rule.changed"),
        ["DELETE /routing-rules/{id:guid}"] = new("rule", null, "rule.deleted"),
        ["PUT /routing-rules/order"] = new(null, """{"ids":[{rules}]}""", "rules.reordered"),
        ["POST /intents"] = new(null, """{"name":"{new}","examples":["a secret of the user"]}""", "intent.created"),
        ["PATCH /intents/{id:guid}"] = new("intent", """{"examples":["a secret of the user"]}""", "intent.changed"),
        ["DELETE /intents/{id:guid}"] = new("intent", null, "intent.deleted"),
        ["PATCH /intents/options"] = new(null, """{"threshold":0.5}""", "intent-options.changed"),
        ["POST /intents/suggestions/{id:guid}/accept"] = new("suggestion", null, "intent.suggestion-accepted"),
        ["POST /intents/suggestions/{id:guid}/dismiss"] = new("suggestion", null, "intent.suggestion-dismissed"),
        ["POST /routing-versions/publish"] = Example.Elsewhere, // publishes the portal's draft; tested with the drafts
        ["POST /routing-versions/{number:int}/rollback"] = new(null, "{}", "rules.rolled-back"),
        ["POST /backtests/{id:guid}/cancel"] = new("running back-test", null, "backtest.cancelled"),
        ["PATCH /settings"] = new(null, """{"expireAfterDays":3}""", "settings.changed"),
        ["PATCH /sessions/{id:guid}"] = new("session", """{"preferences":{"language":"de"}}""", "session.changed"),
        ["POST /sessions/{id:guid}/messages"] = new("session", """{"as":"operator","messages":[{"text":"a secret of the user"}]}""", "message.posted"),
        ["POST /sessions/{id:guid}/takeover"] = new("session", null, "session.taken-over"),
        ["POST /sessions/{id:guid}/release"] = new("taken session", """{"note":"a secret of the user"}""", "session.released"),
        ["POST /sessions/{id:guid}/assign"] = new("session", """{"agent":null}""", "session.assigned"),
        ["POST /sessions/{id:guid}/close"] = new("session", null, "session.closed"),
        ["POST /sessions/{id:guid}/reopen"] = new("ended session", null, "session.reopened"),
        ["POST /sessions/{id:guid}/notes"] = new("session", """{"text":"a secret of the user"}""", "session.noted"),
        ["POST /archive/{id:guid}/restore"] = new("archived", null, "session.restored"),
        ["POST /queues/{id:guid}/pause"] = new("channel", """{"reason":"maintenance"}""", "channel.paused"),
        ["POST /queues/{id:guid}/drain"] = new("channel", """{"reason":"maintenance"}""", "channel.drained"),
        ["POST /queues/{id:guid}/resume"] = new("channel", """{"reason":"maintenance"}""", "channel.resumed"),
        ["POST /channels/{id:guid}/pause"] = new("channel", """{"reason":"maintenance"}""", "channel.paused"),
        ["POST /channels/{id:guid}/drain"] = new("channel", """{"reason":"maintenance"}""", "channel.drained"),
        ["POST /channels/{id:guid}/resume"] = new("channel", """{"reason":"maintenance"}""", "channel.resumed"),
        ["POST /agents/{id:guid}/pause"] = new("agent", """{"reason":"maintenance"}""", "agent.paused"),
        ["POST /agents/{id:guid}/drain"] = new("agent", """{"reason":"maintenance"}""", "agent.drained"),
        ["POST /agents/{id:guid}/resume"] = new("agent", """{"reason":"maintenance"}""", "agent.resumed"),
        ["POST /circuits/{id:guid}/force"] = new("agent", """{"state":"open","reason":"it answers nonsense","minutes":5}""", "circuit.forced"),
        ["POST /dead-letters/{id:guid}/replay"] = new("dead letter", null, "dead-letter.replayed"),
        ["POST /dead-letters/{id:guid}/discard"] = new("dead letter", null, "dead-letter.discarded"),
        ["POST /dead-letters/{id:guid}/restore"] = new("discarded letter", null, "dead-letter.restored"),
        ["POST /replays"] = new(null, """{"cause":"no_route"}""", "replay.started"),
        ["POST /replays/{id:guid}/pause"] = new("running replay", null, "replay.paused"),
        ["POST /replays/{id:guid}/resume"] = new("paused replay", null, "replay.resumed"),
        ["POST /replays/{id:guid}/cancel"] = new("running replay", null, "replay.cancelled"),
        ["POST /quarantine/release"] = new(null, """{"ids":["{looped}"]}""", "quarantine.released"),
        ["POST /quarantine/{id:guid}/release"] = new("looped letter", null, "quarantine.released"),
        ["POST /quarantine/{id:guid}/discard"] = new("looped letter", null, "dead-letter.discarded"),
        ["POST /api-keys"] = new(null, """{"name":"{new}","scopes":["read"]}""", "api-key.created"),
        ["PATCH /api-keys/{id:guid}"] = new("api-key", """{"name":"{new}"}""", "api-key.changed"),
        ["POST /api-keys/{id:guid}/rotate"] = new("api-key", """{"overlapHours":1}""", "api-key.rotated"),
        ["DELETE /api-keys/{id:guid}"] = new("api-key", null, "api-key.deleted"),
        ["POST /tenants"] = new(null, """{"slug":"made-here","name":"{new}"}""", "tenant.created"),
        ["PATCH /tenants/{id:guid}"] = new("tenant", """{"name":"{new}"}""", "tenant.changed"),
        ["POST /tenants/{id:guid}/suspend"] = new("tenant", """{"reason":"not paid"}""", "tenant.suspended"),
        ["POST /tenants/{id:guid}/resume"] = new("suspended tenant", null, "tenant.resumed"),
        ["POST /tenants/{id:guid}/import"] = new("tenant", "{export}", "tenant.imported"),
        ["DELETE /tenants/{id:guid}"] = new("tenant", null, "tenant.deleted"),
        ["PATCH /jobs/{name}"] = new("test-job", """{"paused":true}""", "job.changed"),
        ["POST /jobs/{name}/run"] = new("test-job", null, "job.run"),
        ["POST /jobs/{name}/stop"] = new("running job", null, "job.stopped"),
        ["POST /members"] = new(null, """{"email":"{new}@example.com","role":"viewer"}""", "invitation.created"),
        ["PATCH /members/{id:guid}"] = new("member", """{"role":"operator"}""", "member.changed"),
        ["DELETE /members/{id:guid}"] = new("member", null, "member.removed"),
        ["POST /erasures"] = new(null, """{"user":"{new}"}""", "erasure.requested"),
        ["POST /holds"] = new(null, """{"name":"{new}","user":"ada"}""", "hold.created"),
        ["PATCH /holds/{id:guid}"] = new("hold", """{"reason":"a court asks"}""", "hold.changed"),
        ["POST /event-webhooks"] = new(null, """{"name":"{new}","url":"https://example.com/"}""", "event-webhook.created"),
        ["PATCH /event-webhooks/{id:guid}"] = new("event-webhook", """{"name":"{new}"}""", "event-webhook.changed"),
        ["DELETE /event-webhooks/{id:guid}"] = new("event-webhook", null, "event-webhook.deleted"),
        ["POST /event-webhooks/{id:guid}/resend"] = new("event-webhook", """{"since":"2020-01-01T00:00:00Z"}""", "event-webhook.resent"),
        ["POST /event-webhooks/{id:guid}/secrets/{name}/rotate"] = new("event-webhook", "{}", "event-webhook.secret-rotated"),
        ["POST /event-webhooks/{id:guid}/deliveries/{delivery:guid}/resend"] = Example.Elsewhere, // tested where there are deliveries
        ["DELETE /holds/{id:guid}"] = new("hold", null, "hold.released"),
        ["POST /alerts"] = new(null, """{"name":"{new}","condition":"circuit_open","means":"webhook","target":"https://example.com/"}""", "alert-rule.created"),
        ["PATCH /alerts/{id:guid}"] = new("alert-rule", """{"name":"{new}"}""", "alert-rule.changed"),
        ["DELETE /alerts/{id:guid}"] = new("alert-rule", null, "alert-rule.deleted"),
        ["POST /alerts/{id:guid}/secrets/{name}/rotate"] = new("alert-rule", "{}", "alert-rule.secret-rotated"),
        ["POST /drills"] = new(null, """{"subject":"{test-agent}","kind":"agent","faults":{"errorShare":1},"minutes":1}""", "drill.started"),
        ["POST /drills/{id:guid}/stop"] = new("drill", null, "drill.stopped"),
    };

    private readonly ApiHost _host = fixture.Host;

    [Fact]
    public void EveryChangingCall_HasItsExample() =>
        Assert.Equal(ApiScopes.Table.Keys.Where(c => !c.StartsWith("GET ", StringComparison.Ordinal) && !WithoutEffect.Contains(c.Split('/')[^1])).Order(), Examples.Keys.Order());

    [Fact]
    public async Task EveryChangingCall_LeavesAnEntry()
    {
        foreach (var (call, example) in Examples.Where(e => e.Value.Action is not null))
        {
            var path = $"{ManagementApi.Base}{call.Split(' ')[1].Replace("/secrets/{name}", "/secrets/signingSecret", StringComparison.Ordinal).Replace("{number:int}", "1", StringComparison.Ordinal)}";
            if (example.On is { } kind)
            {
                var made = await MakeAsync(kind);
                path = path.Replace("{id:guid}/held/{held:guid}", made, StringComparison.Ordinal).Replace("{id:guid}", made, StringComparison.Ordinal).Replace("{name}", made, StringComparison.Ordinal);
            }

            var before = await EntriesAsync(example.Action!);
            await _host.Client.CallAsync(call.Split(' ')[0], path, await BodyAsync(example.Body));
            var noted = (await EntriesAsync(example.Action!)).Except(before).ToList();
            Assert.True(noted.Count == 1, $"{call} leaves {noted.Count} entries '{example.Action}'");
            Assert.DoesNotContain("a secret of the user", noted[0], StringComparison.Ordinal);
        }
    }

    private async Task<string?> BodyAsync(string? body)
    {
        if (body == "{export}") return (await _host.Client.CallAsync("GET", $"/api/v1/tenants/{_host.Tenant}/export")).GetRawText();
        if (body?.Contains("{looped}", StringComparison.Ordinal) == true) return body.Replace("{looped}", await MakeAsync("looped letter"), StringComparison.Ordinal);
        if (body?.Contains("{agent}", StringComparison.Ordinal) == true) body = body.Replace("{agent}", await MakeAsync("agent"), StringComparison.Ordinal);
        if (body?.Contains("{test-agent}", StringComparison.Ordinal) == true) return body.Replace("{test-agent}", await MakeAsync("test-agent"), StringComparison.Ordinal);
        if (body?.Contains("{rules}", StringComparison.Ordinal) != true) return body?.Replace("{new}", Guid.NewGuid().ToString("N"), StringComparison.Ordinal);
        await MakeAsync("rule");
        var rules = (await _host.Client.CallAsync("GET", "/api/v1/routing-rules?limit=200")).GetProperty("items").EnumerateArray().Select(r => r.GetProperty("id").GetRawText()).Reverse();
        return body.Replace("{rules}", string.Join(',', rules), StringComparison.Ordinal);
    }

    /// <summary>Of all tenants and of the installation, as some calls are about those.</summary>
    private async Task<List<string>> EntriesAsync(string action)
    {
        await using var db = _host.Get<ISystemDbFactory>().Create();
        return (await db.Audit.Where(e => e.Action == action).ToListAsync()).ConvertAll(e => $"{e.Id} {e.Before} {e.After}");
    }

    private async Task<string> MakeAsync(string kind)
    {
        var name = Guid.NewGuid().ToString("N");
        if (kind is "test-job") return kind;
        if (kind is "running job")
        {
            await _host.Get<RunJob>().StartAsync(Caller.System(Guid.Empty), "slow-job", dryRun: false);
            return "slow-job";
        }

        var (path, body) = kind switch
        {
            "channel" => ("channels", $$"""{"kind":"websocket","name":"{{name}}"}"""),
            "agent" => ("agents", $$"""{"kind":"echo","name":"{{name}}"}"""),
            "pool" => ("pools", $$"""{"name":"{{name}}","members":["{{await MakeAsync("agent")}}"]}"""),
            "api-key" => ("api-keys", $$"""{"name":"{{name}}","scopes":["read"]}"""),
            "rule" => ("routing-rules", $$$"""{"name":"{{{name}}}","match":{},"target":{"drop":true}}"""),
            "alert-rule" => ("alerts", $$"""{"name":"{{name}}","condition":"circuit_open","means":"webhook","target":"https://example.com/"}"""),
            "drill" => ("drills", $$"""{"subject":"{{await MakeAsync("test-agent")}}","kind":"agent","faults":{"errorShare":1},"minutes":1}"""),
            "test-agent" => ("agents", $$"""{"kind":"echo","name":"{{name}}","settings":{"test":true} }"""),
            "event-webhook" => ("event-webhooks", $$"""{"name":"{{name}}","url":"https://example.com/","enabled":false}"""),
            "intent" => ("intents", $$"""{"name":"{{name}}"}"""),
            "hold" => ("holds", $$"""{"name":"{{name}}","user":"ada"}"""),
            "tenant" or "suspended tenant" => ("tenants", $$"""{"slug":"t{{name[..12]}}","name":"{{name}}"}"""),
            _ => ("", ""),
        };
        if (path.Length > 0)
        {
            var made = (await _host.Client.CallAsync("POST", $"/api/v1/{path}", body)).GetProperty("id").GetString()!;
            if (kind == "suspended tenant") await _host.Client.CallAsync("POST", $"/api/v1/tenants/{made}/suspend", """{"reason":"not paid"}""");
            return made;
        }

        await using var db = _host.Get<ISystemDbFactory>().Create();
        var id = Guid.CreateVersion7();
        if (kind == "archived")
        {
            var archive = new PlantedArchive(_host.Get<ISystemDbFactory>(), _host.Get<IArchiveSearch>(), _host.Get<GatewayOptions>().DataDirectory);
            return (await archive.AddAsync(_host.Tenant, _host.Get<ICatalog>().Channels.First(c => c.Tenant.Id == _host.Tenant).Id, DateTimeOffset.UnixEpoch, ["a secret of the user"], name)).ToString();
        }
        if (kind.EndsWith(" letter", StringComparison.Ordinal)) return await LetterAsync(db, kind);
        if (kind.EndsWith(" replay", StringComparison.Ordinal))
        {
            db.Add(new Replay { Id = id, TenantId = _host.Tenant, State = kind.Split(' ')[0], Selection = "{}", StartedBy = "Ada" });
        }
        else if (kind == "held message")
        {
            var channel = _host.Get<ICatalog>().Channels.First(c => c.Tenant.Id == _host.Tenant && c.Enabled).Id;
            db.Add(new HeldMessage { Id = id, TenantId = _host.Tenant, ChannelId = channel, Place = name, Reason = HeldReasons.Loop, Detail = "a secret of the user", Sender = "a secret of the user", Subject = "a secret of the user" });
            await db.SaveChangesAsync();
            return $"{channel}/held/{id}";
        }
        else if (kind == "running back-test")
        {
            db.Add(new Backtest { Id = id, TenantId = _host.Tenant, State = BacktestState.Running, Rules = "[]", StartedBy = "Ada" });
        }
        else if (kind == "suggestion")
        {
            await _host.Client.CallAsync("POST", "/api/v1/intents", $$"""{"name":"{{name}}"}""");
            db.Add(new SuggestedExample { Id = id, TenantId = _host.Tenant, Text = "a secret of the user", Intent = name, MessageId = id, ByName = "Ada" });
        }
        else if (kind == "pairing")
        {
            db.Add(new Pairing { Id = id, TenantId = _host.Tenant, ChannelId = Guid.NewGuid(), UserId = name, Code = "ABCD2345", State = PairingState.Waiting });
        }
        else if (kind == "member")
        {
            db.Add(new Person { Id = id, Email = $"{name}@example.com", UserName = name });
            db.Add(new Membership { PersonId = id, TenantId = _host.Tenant, Role = TenantRole.Viewer });
        }
        else
        {
            db.Add(new Session
            {
                Id = id, TenantId = _host.Tenant, ChannelId = Guid.NewGuid(), RootId = Guid.NewGuid(), Episode = 1, Conversation = "main", UserId = name, UserName = name,
                State = kind == "ended session" ? SessionState.Expired : SessionState.Active,
                EndedAt = kind == "ended session" ? DateTimeOffset.UnixEpoch : null, TakenAt = kind == "taken session" ? DateTimeOffset.UnixEpoch : null,
            });
        }
        await db.SaveChangesAsync();
        return id.ToString();
    }

    private async Task<string> LetterAsync(GatewayDbContext db, string kind)
    {
        var (channel, now) = (_host.Get<ICatalog>().Channels.First(c => c.Tenant.Id == _host.Tenant).Id, TimeProvider.System.GetUtcNow());
        var session = new Session { Id = Guid.NewGuid(), TenantId = _host.Tenant, ChannelId = channel, RootId = Guid.NewGuid(), Episode = 1, Conversation = "main", UserId = "ada", State = SessionState.Active };
        var (position, id) = new MessagePosition(TimeProvider.System).Next();
        var message = new Message { Position = position, Id = id, TenantId = _host.Tenant, ChannelId = channel, SessionId = session.Id, Seq = 1, From = MessageFrom.User, Text = "a secret of the user", At = now, State = MessageState.Dead };
        var looped = kind == "looped letter";
        var letter = new DeadLetter
        {
            Id = Guid.CreateVersion7(), TenantId = _host.Tenant, Stage = Stages.Dispatched, Cause = looped ? DeadLetterCauses.Loop : DeadLetterCauses.AgentError, Detail = "500", Attempts = 1, FirstAt = now, LastAt = now,
            Fingerprint = "f1", Risk = "sent", MessageId = id, SessionId = session.Id, ChannelId = channel, Payload = "{}", Position = position,
            State = looped ? DeadLetterStates.Quarantined : kind == "discarded letter" ? DeadLetterStates.Discarded : DeadLetterStates.Open,
        };
        db.AddRange(session, message, letter);
        await db.SaveChangesAsync();
        return letter.Id.ToString();
    }

    /// <param name="On">The resource that it is called on; null = a list.</param>
    /// <param name="Body">What is sent; <c>{new}</c> stands for a name of its own.</param>
    /// <param name="Action">What is noted; null = it cannot be called here, and is tested elsewhere.</param>
    private sealed record Example(string? On, string? Body, string? Action)
    {
        /// <summary>It cannot be called here alone (the echo agent has no secret; the command is the same as for channels).</summary>
        public static Example Elsewhere { get; } = new(null, null, null);

        /// <summary>What people say to each other by a program: it is in the conversation, and no administration.</summary>
        public static Example Conversation { get; } = new(null, null, null);
    }
}
