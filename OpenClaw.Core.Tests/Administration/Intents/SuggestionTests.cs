using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Core.Tests.Administration.Conversations;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Agents;
using OpenClaw.Gateway.Core.Administration.Intents;
using OpenClaw.Gateway.Core.Storage.Entities;
using static OpenClaw.Core.Tests.Administration.AdministrationHost;

namespace OpenClaw.Core.Tests.Administration.Intents;

/// <summary>What operators' work teaches.</summary>
public sealed class SuggestionTests : IAsyncLifetime
{
    private AdministrationHost _host = null!;
    private ConversationRows _rows = null!;
    private Guid _agent;

    private Caller Ada => Caller.System(_host.Tenant) with { Name = "ada" };

    public async Task InitializeAsync()
    {
        _host = await StartAsync();
        _rows = new(_host.Tenant, _host.Catalog.Channels.First().Id);
        _agent = _host.Catalog.FindAgent(_host.Tenant, "Echo")!.Id;
        await MakeAsync("refund", "I want my money back", "refund please", "give me a refund");
        await MakeAsync("parcel", "where is my parcel", "the parcel is late", "parcel lost");
        await _host.Get<SaveIntentOptions>().PatchAsync(Ada, Json("""{"threshold":0.95}"""));
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Note_SessionGivenToAnAgent_OffersWhatTheUserSaidLast()
    {
        await ForAsync("refund");
        var session = await SessionAsync("hello", "this thing I bought is rubbish, reimburse me");
        await NoteAsync(session);
        var offered = Assert.Single((await Queries.ListAsync(_host.Tenant, new(10))).Items);
        Assert.Equal(("this thing I bought is rubbish, reimburse me", "refund", "ada", _agent, session), (offered.Text, offered.Intent, offered.By, offered.Agent, offered.Session));

        var accepted = (await Queries.AcceptAsync(Ada, offered.Id, null)).Value!;
        Assert.Equal(("refund", 4), (accepted.Intent, accepted.Examples));
        Assert.Contains(offered.Text, _host.Catalog.FindIntents(_host.Tenant).Intents.Single(i => i.Name == "refund").Examples);
        Assert.Empty((await Queries.ListAsync(_host.Tenant, new(10))).Items);
        await NoteAsync(session); // it is an example now
        Assert.Empty((await Queries.ListAsync(_host.Tenant, new(10))).Items);
    }

    [Fact]
    public async Task Note_AgentForSeveral_LetsThePersonChoose()
    {
        await ForAsync("refund", "parcel", "not made yet");
        await NoteAsync(await SessionAsync("quite another matter"));
        var offered = Assert.Single((await Queries.ListAsync(_host.Tenant, new(10))).Items);
        Assert.Null(offered.Intent);
        Assert.Contains("intent", (await Queries.AcceptAsync(Ada, offered.Id, null)).Errors.Keys);
        Assert.Contains("intent", (await Queries.AcceptAsync(Ada, offered.Id, "nothing")).Errors.Keys);
        Assert.Equal("parcel", (await Queries.AcceptAsync(Ada, offered.Id, "Parcel")).Value!.Intent);
    }

    [Theory]
    [InlineData("/help")]
    [InlineData("refund please")]
    public async Task Note_NothingToLearn_OffersNothing(string text)
    {
        await ForAsync("refund");
        await NoteAsync(await SessionAsync(text));
        Assert.Empty((await Queries.ListAsync(_host.Tenant, new(10))).Items);
    }

    [Fact]
    public async Task Note_AgentWithoutIntents_OffersNothing()
    {
        await NoteAsync(await SessionAsync("something new"));
        Assert.Empty((await Queries.ListAsync(_host.Tenant, new(10))).Items);
    }

    [Fact]
    public async Task Dismiss_Suggestion_IsGoneAndNoted()
    {
        await ForAsync("refund");
        await NoteAsync(await SessionAsync("something strange"));
        var offered = Assert.Single((await Queries.ListAsync(_host.Tenant, new(10))).Items);
        Assert.Equal(AdminStatus.Done, (await Queries.DismissAsync(Ada, offered.Id)).Status);
        Assert.Equal(AdminStatus.NotFound, (await Queries.DismissAsync(Ada, offered.Id)).Status);
        await using var db = _host.Database.System.Create();
        var entry = await db.Audit.SingleAsync(e => e.Action == "intent.suggestion-dismissed");
        Assert.DoesNotContain("strange", $"{entry.TargetName}{entry.Before}{entry.After}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Note_MoreThanTheMost_DropsTheOldest()
    {
        await ForAsync("refund");
        await using (var db = _host.Database.System.Create())
        {
            for (var i = 0; i < SuggestExamples.Most; i++)
                db.SuggestedExamples.Add(new() { Id = Guid.CreateVersion7(_host.Clock.GetUtcNow().AddMinutes(-600 + i)), TenantId = _host.Tenant, Text = $"old {i}", MessageId = Guid.NewGuid(), ByName = "x", At = _host.Clock.GetUtcNow() });
            await db.SaveChangesAsync();
        }

        await NoteAsync(await SessionAsync("something strange"));
        await using var after = _host.Database.System.Create();
        Assert.Equal(SuggestExamples.Most, await after.SuggestedExamples.CountAsync());
        Assert.False(await after.SuggestedExamples.AnyAsync(e => e.Text == "old 0"));
        Assert.True(await after.SuggestedExamples.AnyAsync(e => e.Text == "something strange"));
    }

    private Suggestions Queries => _host.Get<Suggestions>();

    private Task NoteAsync(Guid session) => new SuggestExamples(_host.Database.Tenants, _host.Catalog, _host.Get<IIntentRecognizer>(), _host.Database.Index, _host.Clock).NoteAsync(Ada, session, _agent, default);

    private async Task ForAsync(params string[] intents) =>
        Assert.Equal(AdminStatus.Done, (await _host.Get<SaveAgent>().PatchAsync(Ada, _agent, JsonSerializer.SerializeToElement(new { intents }))).Status);

    private async Task<Guid> SessionAsync(params string[] texts)
    {
        var session = _rows.Session(0, lastSeq: texts.Length + 1);
        await _host.Database.AddAsync(session);
        for (var i = 0; i < texts.Length; i++) await _host.Database.AddAsync(_rows.Message(session.Id, i + 1, texts[i]));
        await _host.Database.AddAsync(_rows.Message(session.Id, texts.Length + 1, "the agent's own words", MessageFrom.Agent));
        return session.Id;
    }

    private async Task MakeAsync(string name, params string[] examples) =>
        Assert.Equal(AdminStatus.Done, (await _host.Get<SaveIntent>().CreateAsync(Ada, JsonSerializer.SerializeToElement(new { name, examples }))).Status);
}
