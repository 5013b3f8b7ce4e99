using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Agents;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Gateway.Core.Administration.Members;
using OpenClaw.Gateway.Core.Administration.Tenants;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Tenancy;
using static OpenClaw.Core.Tests.Administration.AdministrationHost;

namespace OpenClaw.Core.Tests.Administration.Tenants;

public sealed class TenantAdministrationTests : IAsyncLifetime
{
    private static readonly Caller Owner = new(Guid.Empty, ActorKind.Person, Guid.NewGuid(), "owner@example.com", ApiScopeNames.All);
    private AdministrationHost _host = null!;

    public async Task InitializeAsync() => _host = await StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Create_WithEverything_HasQuotasInvitationAndKey()
    {
        var made = (await CreateAsync("""{"slug":"acme","name":"Acme Ltd","quotas":{"messagesPerDay":100,"channels":2,"agents":1,"storageBytes":5000},"admin":"ada@example.com","apiKey":true}""")).Value!;
        var tenant = _host.Catalog.FindTenant("acme")!;
        Assert.Equal((made.Id, "Acme Ltd", new(100, 2, 1, 5000)), (tenant.Id, tenant.Name, tenant.Quotas));
        Assert.Contains("/account/", made.Invitation!.Link, StringComparison.Ordinal);
        Assert.Equal(OfferState.Open, (await _host.Get<InvitationOffers>().FindAsync(made.Invitation.Link.Split('/', '=')[^1]))?.State ?? OfferState.Open);
        var key = await _host.Get<ApiKeyLookup>().FindAsync(made.ApiKey!.Value);
        Assert.Equal(made.Id, key!.Tenant);
        Assert.DoesNotContain("own", key.Scopes);
        var audit = Assert.Single(await AuditAsync(Guid.Empty), e => e.Action == "tenant.created" && e.TargetId == made.Id);
        Assert.DoesNotContain(made.ApiKey.Value, audit.After!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"slug":"default"}""", "slug")]
    [InlineData("""{"slug":"Upper"}""", "slug")]
    [InlineData("""{"slug":"a\n"}""", "slug")]
    [InlineData("""{"name":"No slug"}""", "slug")]
    [InlineData("""{"slug":5}""", "slug")]
    [InlineData("""{"slug":"a","name":5}""", "name")]
    [InlineData("""{"slug":"a","quotas":{"channels":-1}}""", "quotas.channels")]
    [InlineData("""{"slug":"a","quotas":{"channels":"many"}}""", "quotas.channels")]
    [InlineData("""{"slug":"a","quotas":{"fish":1}}""", "quotas.fish")]
    [InlineData("""{"slug":"a","quotas":5}""", "quotas")]
    [InlineData("""{"slug":"a","admin":"nobody"}""", "admin")]
    [InlineData("""{"slug":"a","apiKey":"yes"}""", "apiKey")]
    [InlineData("""{"slug":"a","fish":1}""", "fish")]
    [InlineData("[]", "")]
    public async Task Create_WrongInput_IsToldAtItsFieldAndNothingIsMade(string input, string field)
    {
        var result = await CreateAsync(input);
        Assert.Equal(AdminStatus.Invalid, result.Status);
        Assert.Contains(field, result.Errors.Keys);
        Assert.Single(_host.Catalog.Tenants);
    }

    [Fact]
    public async Task Patch_NameSlugAndQuotas_WorksAtOnceAndIsAudited()
    {
        var view = (await _host.Get<SaveTenant>().PatchAsync(Owner, _host.Tenant, Json("""{"slug":"renamed","name":"New","quotas":{"channels":3}}"""), 1)).Value!;
        Assert.Equal((2, "renamed", 3), (view.Version, view.Slug, view.Quotas.Channels));
        Assert.Null(_host.Catalog.FindTenant("default"));
        Assert.Equal("New", _host.Catalog.FindTenant("renamed")!.Name);
        var entry = Assert.Single(await AuditAsync(view.Id), e => e.Action == "tenant.changed");
        Assert.Contains("default", entry.Before!, StringComparison.Ordinal);
        var other = (await _host.Get<SaveTenant>().PatchAsync(Owner, view.Id, Json("""{"quotas":{"agents":7}}"""))).Value!;
        Assert.Equal(new(null, 3, 7, null), other.Quotas);
        Assert.Null((await _host.Get<SaveTenant>().PatchAsync(Owner, view.Id, Json("""{"quotas":{"agents":null}}"""))).Value!.Quotas.Agents);
    }

    [Fact]
    public async Task Patch_StaleOrTakenOrState_IsRefused()
    {
        await CreateAsync("""{"slug":"other"}""");
        var save = _host.Get<SaveTenant>();
        Assert.Equal(AdminStatus.Stale, (await save.PatchAsync(Owner, _host.Tenant, Json("""{"name":"x"}"""), 9)).Status);
        Assert.Contains("slug", (await save.PatchAsync(Owner, _host.Tenant, Json("""{"slug":"other"}"""))).Errors.Keys);
        Assert.Contains("suspended", (await save.PatchAsync(Owner, _host.Tenant, Json("""{"suspended":true}"""))).Errors.Keys);
        Assert.Equal(AdminStatus.NotFound, (await save.PatchAsync(Owner, Guid.NewGuid(), Json("{}"))).Status);
    }

    [Fact]
    public async Task Suspend_Resume_ReasonIsKnownAndGoes()
    {
        var save = _host.Get<SaveTenant>();
        Assert.Contains("reason", (await save.SuspendAsync(Owner, _host.Tenant, " ")).Errors.Keys);
        Assert.True((await save.SuspendAsync(Owner, _host.Tenant, "Not paid since May.")).Value!.Suspended);
        Assert.Equal("Not paid since May.", _host.Catalog.FindTenant("default")!.SuspendedReason);
        _host.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False((await save.ResumeAsync(Owner, _host.Tenant)).Value!.Suspended);
        Assert.Equal(["tenant.suspended", "tenant.resumed"], (await AuditAsync(_host.Tenant)).Where(e => e.Action.StartsWith("tenant.", StringComparison.Ordinal)).Select(e => e.Action));
    }

    [Fact]
    public async Task Everything_WithoutTheRight_IsForbidden()
    {
        var admin = Owner with { Tenant = _host.Tenant, Scopes = Roles.ScopesOf(TenantRole.Admin) };
        await Assert.ThrowsAsync<ForbiddenException>(() => _host.Get<CreateTenant>().RunAsync(admin, Json("""{"slug":"x"}""")));
        await Assert.ThrowsAsync<ForbiddenException>(() => _host.Get<SaveTenant>().PatchAsync(admin, _host.Tenant, Json("{}")));
        await Assert.ThrowsAsync<ForbiddenException>(() => _host.Get<SaveTenant>().SuspendAsync(admin, _host.Tenant, "x"));
        await Assert.ThrowsAsync<ForbiddenException>(() => _host.Get<SaveTenant>().ResumeAsync(admin, _host.Tenant));
        await Assert.ThrowsAsync<ForbiddenException>(() => _host.Get<DeleteTenant>().RunAsync(admin, _host.Tenant));
        await Assert.ThrowsAsync<ForbiddenException>(() => _host.Get<TenantQueries>().ListAsync(admin, new(10)));
        await Assert.ThrowsAsync<ForbiddenException>(() => _host.Get<TenantQueries>().GetAsync(admin, _host.Tenant));
    }

    [Fact]
    public async Task Quotas_OfChannelsAndAgents_AreHeldAtCreate()
    {
        await _host.Get<SaveTenant>().PatchAsync(Owner, _host.Tenant, Json("""{"quotas":{"channels":1,"agents":1}}"""));
        var caller = Caller.System(_host.Tenant);
        var channel = await _host.Get<SaveChannel>().CreateAsync(caller, Json("""{"kind":"websocket","name":"Two"}"""));
        Assert.Equal(AdminStatus.InUse, channel.Status);
        Assert.Contains("at most 1 channel,", channel.Reason, StringComparison.Ordinal);
        Assert.Contains("at most 1 agent,", (await _host.Get<SaveAgent>().CreateAsync(caller, Json("""{"kind":"echo","name":"Two"}"""))).Reason, StringComparison.Ordinal);
        await _host.Get<SaveTenant>().PatchAsync(Owner, _host.Tenant, Json("""{"quotas":{"channels":2}}"""));
        Assert.Equal(AdminStatus.Done, (await _host.Get<SaveChannel>().CreateAsync(caller, Json("""{"kind":"websocket","name":"Two"}"""))).Status);
    }

    [Fact]
    public async Task Delete_RemovesEveryRowOfItAndNothingElse()
    {
        var made = (await CreateAsync("""{"slug":"gone","admin":"ada@example.com","apiKey":true}""")).Value!;
        await FillAsync(made.Id);
        await FillAsync(_host.Tenant);
        var kept = await CountsAsync(_host.Tenant);
        Assert.All(await CountsAsync(made.Id), c => Assert.True(c.Value > 0, $"{c.Key}: the test fills every table of a tenant"));

        Assert.Equal(AdminStatus.Done, (await _host.Get<DeleteTenant>().RunAsync(Owner, made.Id)).Status);
        Assert.All(await CountsAsync(made.Id), c => Assert.True(c.Value == 0, $"{c.Key}: {c.Value}"));
        Assert.Equal(kept, await CountsAsync(_host.Tenant));
        Assert.Null(_host.Catalog.FindTenant("gone"));
        Assert.Null(await _host.Get<ApiKeyLookup>().FindAsync(made.ApiKey!.Value));
        await using var db = _host.Database.System.Create();
        Assert.False(await db.Tenants.AnyAsync(t => t.Id == made.Id));
        Assert.Equal(1, await db.SessionEntries.CountAsync());
        Assert.False(await db.InstallationValues.AnyAsync(v => v.Name.StartsWith("tenant.")));
        Assert.Equal("owner@example.com", Assert.Single(await AuditAsync(Guid.Empty), e => e.Action == "tenant.deleted").ActorName);
        Assert.Equal(AdminStatus.NotFound, (await _host.Get<DeleteTenant>().RunAsync(Owner, made.Id)).Status);
    }

    [Fact]
    public async Task Delete_TheOnlyTenantOrByItsOwnKey_IsRefused()
    {
        Assert.Equal(AdminStatus.InUse, (await _host.Get<DeleteTenant>().RunAsync(Owner, _host.Tenant)).Status);
        await CreateAsync("""{"slug":"other"}""");
        Assert.Equal(AdminStatus.InUse, (await _host.Get<DeleteTenant>().RunAsync(Owner with { Kind = ActorKind.ApiKey, Tenant = _host.Tenant }, _host.Tenant)).Status);
        Assert.Equal(AdminStatus.Stale, (await _host.Get<DeleteTenant>().RunAsync(Owner, _host.Tenant, 9)).Status);
        Assert.False(_host.Catalog.FindTenant("default")!.Suspended);
    }

    [Fact]
    public async Task Removal_CutOff_GoesOnAtTheNextRun()
    {
        var made = (await CreateAsync("""{"slug":"gone"}""")).Value!;
        await using (var db = _host.Database.System.Create())
        {
            TenantRemoval.Mark(db, made.Id);
            await db.SaveChangesAsync();
        }

        Assert.Equal(AdminStatus.InUse, (await _host.Get<SaveTenant>().ResumeAsync(Owner, made.Id)).Status);
        Assert.Equal(1, await _host.Get<TenantRemoval>().RunAsync(default));
        Assert.Null(_host.Catalog.FindTenant("gone"));
        Assert.Equal(0, await _host.Get<TenantRemoval>().RunAsync(default));
    }

    [Fact]
    public async Task List_TellsWhatEachUses()
    {
        _host.Clock.Advance(TimeSpan.FromSeconds(1));
        await CreateAsync("""{"slug":"acme","name":"Acme 100%"}""");
        await _host.Database.AddAsync(new UsageDay { TenantId = _host.Tenant, Day = 20261101, Messages = 40 }, new UsageDay { TenantId = _host.Tenant, Day = 20261001, Messages = 7 });
        var queries = _host.Get<TenantQueries>();
        var all = await queries.ListAsync(Owner, new(1));
        Assert.Equal("acme", Assert.Single(all.Items).Slug);
        var rest = await queries.ListAsync(Owner, new(1, all.Next));
        Assert.Equal(new TenantUse(0, 1, 1, 0, 40, 0), Assert.Single(rest.Items).Usage);
        Assert.Null(rest.Next);
        Assert.Equal("acme", Assert.Single((await queries.ListAsync(Owner, new(10), "100%")).Items).Slug);
        Assert.Empty((await queries.ListAsync(Owner, new(10), suspended: true)).Items);
    }

    private Task<AdminResult<TenantView>> CreateAsync(string input) => _host.Get<CreateTenant>().RunAsync(Owner, Json(input));

    private async Task<List<AuditEntry>> AuditAsync(Guid tenant)
    {
        await using var db = _host.Database.System.Create();
        return await db.Audit.Where(e => e.TenantId == tenant).OrderBy(e => e.Id).ToListAsync();
    }

    /// <summary>A row in every table of a tenant that making one leaves empty.</summary>
    private async Task FillAsync(Guid tenant)
    {
        var (at, session, id) = (_host.Clock.GetUtcNow(), Guid.NewGuid(), Guid.NewGuid());
        _host.Clock.Advance(TimeSpan.FromMilliseconds(5));
        var (position, message) = new MessagePosition(_host.Clock).Next();
        await using var db = _host.Database.System.Create();
        object[] rows =
        [
            new Session { Id = session, TenantId = tenant, ChannelId = id, RootId = id, Episode = 1, Conversation = "main", UserId = "ada" },
            new Message { Position = position, Id = message, TenantId = tenant, ChannelId = id, SessionId = session, Seq = 1, At = at },
            new DeadLetter { Id = Guid.NewGuid(), TenantId = tenant, Stage = "routed", Cause = "no_route", Detail = "x", Fingerprint = "x", Risk = "unknown", Payload = "{}", State = "open", MessageId = message, SessionId = session },
            new Upload { Id = id, TenantId = tenant, RootId = id, ClientId = "u", Name = "a", ContentType = "a/b" },
            new IdempotentRequest { Id = id, TenantId = tenant, KeyHash = id.ToByteArray(), BodyHash = [1] },
            new RoutingRule { Id = id, FromVersion = 1, TenantId = tenant, Name = "r", Match = "{}", Target = "{}" },
            new RoutingVersion { TenantId = tenant, Number = 1, PublishedBy = "x" },
            new RoutingDraft { TenantId = tenant, Rules = "[]", UpdatedBy = "x" },
            new RuleHit { RuleId = id, TenantId = tenant },
            new Membership { PersonId = Guid.NewGuid(), TenantId = tenant },
            new UsageDay { TenantId = tenant, Day = 20261101, Messages = 1 },
            new AuditEntry { Id = Guid.NewGuid(), TenantId = tenant, ActorName = "x", Action = "x" },
            new Secret { Id = Guid.NewGuid(), TenantId = tenant, OwnerId = id, Name = "s", Protected = "x" },
            new ArchivedSession { SessionId = Guid.NewGuid(), TenantId = tenant, ChannelId = id, Hash = [1] },
            new LegalHold { Id = Guid.NewGuid(), TenantId = tenant, Name = "h", CreatedBy = "x" },
            new Erasure { Id = Guid.NewGuid(), TenantId = tenant, Pseudonym = "x", State = "done", RequestedBy = "x" },
            new SessionNote { Id = Guid.NewGuid(), TenantId = tenant, SessionId = session, AuthorName = "x", Text = "x" },
            new SavedFilter { Id = Guid.NewGuid(), TenantId = tenant, PersonId = Guid.NewGuid(), Page = "conversations", Name = "f", Query = "" },
            new SubjectState { SubjectId = Guid.NewGuid(), TenantId = tenant, Kind = Gateway.Core.Abstractions.SubjectKind.Channel },
            new Attempt { Id = Guid.NewGuid(), TenantId = tenant, SessionId = session, MessageId = message, Cause = "agent_error", Detail = "x" },
            new Gateway.Core.Storage.Entities.Delivery { Position = position, TenantId = tenant, MessageId = message, ChannelId = id, SessionId = session, State = "sent" },
            new Drill { Id = Guid.NewGuid(), TenantId = tenant, SubjectId = id, Faults = "{}", StartedBy = "x" },
            new Replay { Id = id, TenantId = tenant, State = "done", Selection = "{}", StartedBy = "x" },
            new ReplayItem { ReplayId = id, Ordinal = 1, TenantId = tenant, LetterId = id, State = "answered" },
            new EventWebhook { Id = id, TenantId = tenant, Name = "w", Url = "https://example.com/" },
            new EventDelivery { Id = Guid.NewGuid(), TenantId = tenant, WebhookId = id, Type = "message.received", Body = "{}", State = "delivered" },
            new AlertRule { Id = id, TenantId = tenant, Name = "a", Condition = "circuit_open", Means = "mail", Target = "ada@example.com" },
            new Alert { Id = Guid.NewGuid(), TenantId = tenant, RuleId = id, Subject = "x", Summary = "x" },
            new ChannelNote { ChannelId = id, TenantId = tenant, Name = "n", Value = "x" },
            new ChannelGap { Id = Guid.NewGuid(), TenantId = tenant, ChannelId = id, Reason = "x" },
            new ConversationAlias { ChannelId = id, TenantId = tenant, Alias = "a", Conversation = "c" },
            new Pairing { Id = Guid.NewGuid(), TenantId = tenant, ChannelId = id, UserId = "ada", Code = "ABCD2345", State = PairingState.Waiting },
            new MailEntry { ChannelId = id, TenantId = tenant, Hash = "h", Thread = "t", UserId = "ada@example.com", Head = "{}", TextHash = "x" },
            new DeliveryReport { Id = Guid.NewGuid(), TenantId = tenant, ChannelId = id, ReplyId = message, SessionId = session, ExternalId = "x", Recipient = "ada@example.com", Verdict = DeliveryVerdict.Hard, Detail = "x" },
            new HeldMessage { Id = Guid.NewGuid(), TenantId = tenant, ChannelId = id, Place = "1.2", Reason = "unreadable", Detail = "x" },
            new Pool { Id = Guid.NewGuid(), TenantId = tenant, Name = "p", Strategy = "weighted" },
            new Intent { Id = Guid.NewGuid(), TenantId = tenant, Name = "i" },
            new IntentOptions { TenantId = tenant },
            new SuggestedExample { Id = Guid.NewGuid(), TenantId = tenant, Text = "x", AgentId = id, MessageId = message, SessionId = session, ByName = "Bob" },
            new AgentRun { Id = Guid.NewGuid(), TenantId = tenant, SessionId = session, MessageId = message, AgentId = id },
            new MetricPoint { TenantId = tenant, Measure = "messages.received", Resolution = 10, Node = "here" },
            new Backtest { Id = Guid.NewGuid(), TenantId = tenant, Rules = "[]", StartedBy = "Bob", State = BacktestState.Done },
            new AnswerPreview { MessageId = message, TenantId = tenant, ChannelId = id, SessionId = session, ReplyId = Guid.NewGuid(), Receipt = "1" },
        ];
        await _host.Database.AddAsync(rows);
    }

    private async Task<Dictionary<string, long>> CountsAsync(Guid tenant)
    {
        await using var db = _host.Database.System.Create();
        var counts = new Dictionary<string, long>();
        foreach (var type in db.Model.GetEntityTypes().Where(t => typeof(ITenantOwned).IsAssignableFrom(t.ClrType)))
            counts[type.ClrType.Name] = await (Task<long>)typeof(TenantAdministrationTests).GetMethod(nameof(CountAsync), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
                .MakeGenericMethod(type.ClrType).Invoke(null, [db, tenant])!;
        return counts;
    }

    private static Task<long> CountAsync<T>(GatewayDbContext db, Guid tenant)
        where T : class, ITenantOwned => db.Set<T>().LongCountAsync(r => r.TenantId == tenant);
}
