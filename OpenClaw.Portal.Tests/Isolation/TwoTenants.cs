using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.HeldMessages;
using OpenClaw.Gateway.Core.Administration.Tenants;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Tenancy;
using OpenClaw.Portal.Tests.Api;
using OpenClaw.Portal.Tests.EndToEnd;

namespace OpenClaw.Portal.Tests.Isolation;

/// <summary>
/// The product with a tenant whose every row carries a mark, and another tenant whose admin and whose key try to get at it. What
/// they must never see is <see cref="Mark"/>.
/// </summary>
public sealed class TwoTenants : IAsyncLifetime
{
    /// <summary>In every name and text of the first tenant.</summary>
    public const string Mark = "Zq7Mark";

    internal static readonly string Origin = $"https://{Mark}.example.com".ToLowerInvariant();

    internal Product Product { get; private set; } = null!;

    /// <summary>Ids of the first tenant's resources by name.</summary>
    internal Dictionary<string, string> Ids { get; } = new(StringComparer.Ordinal);

    internal Guid Victim { get; private set; }

    internal HttpClient Own { get; private set; } = null!;

    /// <summary>A key of the other tenant with all scopes that a tenant can give.</summary>
    internal HttpClient Stranger { get; private set; } = null!;

    /// <summary>The other tenant's admin, signed in to the portal.</summary>
    internal HttpClient StrangePerson { get; private set; } = null!;

    internal const string VictimSlug = "default";

    internal const string StrangerSlug = "other";

    public async Task InitializeAsync()
    {
        Product = await Product.StartAsync();
        Victim = Product.Get<ICatalog>().FindTenant("default")!.Id;
        Own = Product.Client(Product.Key);
        var other = await OtherTenantAsync();
        var scopes = JsonSerializer.SerializeToElement(new { name = "Stranger", scopes = ApiScopeNames.All.Except([ApiScopeNames.Own]) });
        var key = await Product.Get<SaveApiKey>().CreateAsync(Caller.System(other), scopes);
        Stranger = Product.Client(key.Value!.Value);
        await Product.AddPersonAsync("eve@example.org", other, TenantRole.Admin);
        StrangePerson = await Product.SignInAsync("eve@example.org");
        await PlantAsync();
    }

    public async Task DisposeAsync() => await Product.DisposeAsync();

    /// <summary>All rows of the first tenant as text, to see afterwards that nothing was changed. Counters that are written behind are left out.</summary>
    internal async Task<string> RowsAsync()
    {
        await using var db = Product.Get<ISystemDbFactory>().Create();
        var text = new StringBuilder();
        foreach (var entity in db.Model.GetEntityTypes().Where(e => e.ClrType.IsAssignableTo(typeof(ITenantOwned)) && e.ClrType != typeof(UsageDay) && e.ClrType != typeof(RuleHit)).OrderBy(e => e.Name, StringComparer.Ordinal))
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText = $"SELECT * FROM \"{entity.GetTableName()}\" WHERE \"TenantId\" = $tenant ORDER BY 1, 2";
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ("$tenant", Victim.ToByteArray(bigEndian: true));
            command.Parameters.Add(parameter);
            await db.Database.OpenConnectionAsync();
            await using var rows = await command.ExecuteReaderAsync();
            while (await rows.ReadAsync()) text.Append(entity.GetTableName()).Append(": ").AppendJoin('|', Values(rows)).Append('\n');
        }

        return text.ToString();
    }

    private async Task<Guid> OtherTenantAsync() => (await Product.Get<CreateTenant>().RunAsync(StrangerSlug)).Value;

    private async Task PlantAsync()
    {
        Ids["tenant"] = Victim.ToString();
        Ids["agent"] = await MakeAsync("/api/v1/agents", $$"""{"kind":"webhook","name":"{{Mark}} agent","settings":{"url":"https://{{Mark}}.example.com/","retry":{"attempts":1} } }""");
        Ids["channel"] = await MakeAsync("/api/v1/channels", $$"""{"kind":"websocket","name":"{{Mark}} channel","settings":{"title":"{{Mark}} title","allowedOrigins":["{{Origin}}"] } }""");
        Ids["api-key"] = await MakeAsync("/api/v1/api-keys", $$"""{"name":"{{Mark}} key","scopes":["read"]}""");
        Ids["pool"] = await MakeAsync("/api/v1/pools", $$"""{"name":"{{Mark}} pool","members":["{{Ids["agent"]}}"]}""");
        Ids["routing-rule"] = await MakeAsync("/api/v1/routing-rules", $$$"""{"name":"{{{Mark}}} rule","match":{"text":{"any":["{{{Mark}}} words"]}},"target":{"agent":"{{{Ids["agent"]}}}"}}""");
        Ids["hold"] = await MakeAsync("/api/v1/holds", $$"""{"name":"{{Mark}} hold","reason":"{{Mark}} reason","channel":"{{Ids["channel"]}}"}""");
        Ids["alert-rule"] = await MakeAsync("/api/v1/alerts", $$"""{"name":"{{Mark}} alert","condition":"dead_letters","settings":{"channel":"{{Ids["channel"]}}"},"means":"webhook","target":"https://{{Mark}}.example.com/"}""");
        Ids["member"] = (await Product.AddPersonAsync($"{Mark}@example.org", Victim, TenantRole.Viewer)).ToString();
        Ids["audit"] = (await Own.CallAsync("GET", "/api/v1/audit")).GetProperty("items")[0].GetProperty("id").GetString()!;
        await TalkAsync();
    }

    /// <summary>A message that the echo agent answers, and a dead letter beside it.</summary>
    private async Task TalkAsync()
    {
        await using var talk = await Talk.OpenAsync(Product.Address, Ids["channel"], Origin);
        (Ids["session"], Ids["resume"]) = (talk.Welcome.GetProperty("session").GetString()!, talk.Welcome.GetProperty("resume").GetString()!);
        Ids["message"] = await talk.SayAsync($"{Mark} hello");
        await talk.ReadAsync("message");
        // the receipt is written behind the reply: wait, so that nothing changes any more by itself
        await Until.TrueAsync("the reply is delivered", async () => (await Own.CallAsync("GET", $"/api/v1/messages/{Ids["message"]}")).GetProperty("replies")[0].GetProperty("delivery").GetProperty("state").GetString() == "delivered");
        await using var db = Product.Get<ISystemDbFactory>().Create();
        var letter = new DeadLetter
        {
            Id = Guid.CreateVersion7(), TenantId = Victim, Stage = Stages.Dispatched, Cause = DeadLetterCauses.AgentTimeout, Detail = $"{Mark} detail", Attempts = 1,
            Fingerprint = Mark, Risk = "unknown", MessageId = Guid.Parse(Ids["message"]), SessionId = Guid.Parse(Ids["session"]), ChannelId = Guid.Parse(Ids["channel"]),
            AgentId = Guid.Parse(Ids["agent"]), Payload = $$"""{"text":"{{Mark}} payload"}""", State = "open",
        };
        db.Add(letter);
        await db.SaveChangesAsync();
        Ids["dead-letter"] = letter.Id.ToString();
        var looped = new DeadLetter
        {
            Id = Guid.CreateVersion7(), TenantId = Victim, Stage = Stages.Received, Cause = DeadLetterCauses.Loop, Detail = $"{Mark} detail", Fingerprint = Mark, Risk = "never_sent",
            MessageId = letter.MessageId, SessionId = letter.SessionId, ChannelId = letter.ChannelId, Payload = letter.Payload, State = DeadLetterStates.Quarantined,
        };
        var replay = new Replay { Id = Guid.CreateVersion7(), TenantId = Victim, State = "done", Reason = $"{Mark} reason", Selection = $$"""{"group":"{{Mark}}"}""", StartedBy = Mark, Total = 1 };
        db.AddRange(looped, replay, new ReplayItem { ReplayId = replay.Id, Ordinal = 1, TenantId = Victim, LetterId = letter.Id, State = "skipped", Detail = $"{Mark} detail" });
        await db.SaveChangesAsync();
        (Ids["looped"], Ids["replay"]) = (looped.Id.ToString(), replay.Id.ToString());
        var backtest = new Backtest
        {
            Id = Guid.CreateVersion7(), TenantId = Victim, State = BacktestState.Done, StartedBy = Mark, Total = 1, Judged = 1,
            Rules = $$$"""[{"id":"{{{Ids["routing-rule"]}}}","name":"{{{Mark}}} rule","target":{"agent":"{{{Ids["agent"]}}}"}}]""",
        };
        db.Add(backtest);
        await db.SaveChangesAsync();
        Ids["backtest"] = backtest.Id.ToString();
        var archive = new PlantedArchive(Product.Get<ISystemDbFactory>(), Product.Get<IArchiveSearch>(), Product.Get<GatewayOptions>().DataDirectory);
        Ids["archived"] = (await archive.AddAsync(Victim, Guid.Parse(Ids["channel"]), DateTimeOffset.UnixEpoch.AddYears(56), [$"{Mark} question", $"{Mark} answer"], Mark)).ToString();
        var erasure = new Erasure
        {
            Id = Guid.CreateVersion7(), TenantId = Victim, Pseudonym = $"{Mark}-erased", Reason = $"{Mark} reason", State = "done", RequestedBy = Mark, Report = $$"""{"faults":["{{Mark}} fault"]}""",
        };
        db.Add(erasure);
        // over both: what goes on changes by itself
        var drill = new Drill
        {
            Id = Guid.CreateVersion7(), TenantId = Victim, SubjectId = Guid.Parse(Ids["agent"]), Kind = SubjectKind.Agent, Faults = """{"errorShare":1,"seed":1}""", StartedBy = Mark,
            Until = DateTimeOffset.UnixEpoch.AddMinutes(5), StartedAt = DateTimeOffset.UnixEpoch, EndedAt = DateTimeOffset.UnixEpoch.AddMinutes(1),
        };
        Ids["drill"] = drill.Id.ToString();
        db.Add(drill);
        db.Add(new Alert { Id = Guid.CreateVersion7(), TenantId = Victim, RuleId = Guid.Parse(Ids["alert-rule"]), Subject = Mark, Summary = $"{Mark} summary", EndedAt = DateTimeOffset.UnixEpoch.AddMinutes(1) });
        await db.SaveChangesAsync();
        Ids["erasure"] = erasure.Id.ToString();
        Ids["event-webhook"] = await MakeAsync("/api/v1/event-webhooks", $$"""{"name":"{{Mark}} endpoint","url":"https://{{Mark}}.example.com/events","enabled":false}""");
        Ids["intent"] = await MakeAsync("/api/v1/intents", $$"""{"name":"{{Mark}} intent","description":"{{Mark}} description","examples":["{{Mark}} example"]}""");
        await Own.CallAsync("PATCH", "/api/v1/intents/options", $$"""{"embeddings":{"baseUrl":"https://{{Mark}}.example.com/v1","model":"{{Mark}}"} }""");
        var suggestion = new SuggestedExample { Id = Guid.CreateVersion7(), TenantId = Victim, Text = $"{Mark} suggestion", Intent = $"{Mark} intent", AgentId = Guid.Parse(Ids["agent"]), MessageId = letter.MessageId, SessionId = letter.SessionId, ByName = Mark };
        db.Add(suggestion);
        Ids["suggestion"] = suggestion.Id.ToString();
        var delivery = new EventDelivery
        {
            Id = Guid.CreateVersion7(), TenantId = Victim, WebhookId = Guid.Parse(Ids["event-webhook"]), SessionId = Guid.Parse(Ids["session"]), EventId = Guid.CreateVersion7(),
            Type = EventTypes.MessageReceived, Body = $$"""{"payload":{"text":"{{Mark}} event"} }""", State = EventDeliveryStates.Failed, Error = $"{Mark} answer",
        };
        db.Add(delivery);
        var pairing = new Pairing { Id = Guid.CreateVersion7(), TenantId = Victim, ChannelId = Guid.Parse(Ids["channel"]), UserId = $"{Mark}-7", UserName = $"{Mark} person", Code = "ABCD2345", State = PairingState.Waiting };
        db.AddRange(pairing, new ChannelGap { Id = Guid.CreateVersion7(), TenantId = Victim, ChannelId = Guid.Parse(Ids["channel"]), Reason = $"{Mark} reason", EndedAt = DateTimeOffset.UnixEpoch });
        Ids["pairing"] = pairing.Id.ToString();
        var held = new HeldMessage
        {
            Id = Guid.CreateVersion7(), TenantId = Victim, ChannelId = Guid.Parse(Ids["channel"]), Place = "1.1", Reason = HeldReasons.Automatic, Detail = $"{Mark} detail",
            Sender = $"{Mark}@example.com", Subject = $"{Mark} subject", Size = 7, Source = await SourceAsync(), SourceSize = 7,
        };
        db.AddRange(held, new DeliveryReport { Id = Guid.CreateVersion7(), TenantId = Victim, ChannelId = held.ChannelId, ReplyId = letter.MessageId, SessionId = letter.SessionId, ExternalId = Mark, Recipient = $"{Mark}@example.com", Verdict = DeliveryVerdict.Hard, Detail = $"{Mark} detail" });
        Ids["held"] = held.Id.ToString();
        await db.SaveChangesAsync();
        Ids["event-delivery"] = delivery.Id.ToString();
    }

    private async Task<Guid> SourceAsync()
    {
        var blob = Guid.CreateVersion7();
        await using var writer = await Product.Get<IBlobStore>().CreateAsync(Victim, blob, CancellationToken.None);
        await writer.WriteAsync(Encoding.UTF8.GetBytes(Mark), CancellationToken.None);
        await writer.CommitAsync(CancellationToken.None);
        return blob;
    }

    private async Task<string> MakeAsync(string path, string json) => (await Own.CallAsync("POST", path, json)).GetProperty("id").GetString()!;

    private static IEnumerable<string> Values(DbDataReader rows) =>
        Enumerable.Range(0, rows.FieldCount).Select(i => rows.GetValue(i) is byte[] bytes ? Convert.ToHexString(bytes) : Convert.ToString(rows.GetValue(i), CultureInfo.InvariantCulture) ?? "");
}
