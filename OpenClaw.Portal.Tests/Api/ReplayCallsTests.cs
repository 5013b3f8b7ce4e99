using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Portal.Tests.Api;

/// <summary>The contract's calls on dead letters, replays and the quarantine.</summary>
public sealed class ReplayCallsTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private readonly ApiHost _host = fixture.Host;

    [Fact]
    public async Task DeadLetter_ListedGroupedAndShownWithAdvice()
    {
        var letter = await PlantAsync("unknown");
        var list = await _host.Client.CallAsync("GET", $"/api/v1/dead-letters?state=open&text={letter.Id}");
        Assert.Equal(letter.Id, Assert.Single(list.GetProperty("items").EnumerateArray()).GetProperty("id").GetGuid());
        var group = (await _host.Client.CallAsync("GET", $"/api/v1/dead-letters/groups?group={letter.Fingerprint}")).GetProperty("items")[0];
        Assert.Equal((1, letter.Fingerprint), (group.GetProperty("count").GetInt32(), group.GetProperty("fingerprint").GetString()));
        var detail = await _host.Client.CallAsync("GET", $"/api/v1/dead-letters/{letter.Id}");
        Assert.Equal("agent", detail.GetProperty("advice").GetProperty("link").GetString());
        Assert.Equal("agent_error", detail.GetProperty("tries")[0].GetProperty("cause").GetString());
        Assert.Equal("hi", detail.GetProperty("payload").GetProperty("text").GetString());
    }

    [Fact]
    public async Task Replay_Is202AndTheSecond409()
    {
        var letter = await PlantAsync("sent");
        using var answer = await _host.Client.SendAsync("POST", $"/api/v1/dead-letters/{letter.Id}/replay", """{"payload":{"text":"mended"}}""");
        Assert.Equal(202, (int)answer.StatusCode);
        Assert.Equal("replaying", (await answer.JsonAsync()).GetProperty("state").GetString());
        Assert.Equal("It is being replayed already.", (await _host.Client.FailAsync(409, "POST", $"/api/v1/dead-letters/{letter.Id}/replay")).GetProperty("detail").GetString());
        await _host.Client.FailAsync(409, "POST", $"/api/v1/dead-letters/{letter.Id}/discard", "{}");
    }

    [Fact]
    public async Task Replay_OfAnEditThatIsNotValid_Is400ByField()
    {
        var letter = await PlantAsync("sent");
        var problem = await _host.Client.FailAsync(400, "POST", $"/api/v1/dead-letters/{letter.Id}/replay", """{"payload":{"text":"","attachments":[]}}""");
        Assert.True(problem.GetProperty("errors").TryGetProperty("payload", out _));
    }

    [Fact]
    public async Task Replays_CountedStartedShownAndSteered()
    {
        var letter = await PlantAsync("unknown");
        var body = JsonSerializer.Serialize(new { ids = new[] { letter.Id }, canary = true, ratePerSecond = 0.5 });
        var count = await _host.Client.CallAsync("POST", "/api/v1/replays?countOnly=true", body);
        Assert.Equal((1, 0, 0, 1, 0), (Number("total"), Number("wouldReplay"), Number("never_sent"), Number("unknown"), Number("sent")));
        using var answer = await _host.Client.SendAsync("POST", "/api/v1/replays", body);
        Assert.Equal(202, (int)answer.StatusCode);
        var view = await answer.JsonAsync();
        var path = answer.Headers.Location!.ToString();
        Assert.Equal($"/api/v1/replays/{view.GetProperty("id").GetString()}", path);
        Assert.Equal(("preparing", true, 0.2, 0.5), (view.GetProperty("state").GetString(), view.GetProperty("canary").GetBoolean(), view.GetProperty("stopShare").GetDouble(), view.GetProperty("ratePerSecond").GetDouble()));
        Assert.Empty((await _host.Client.CallAsync("GET", $"{path}/items")).GetProperty("items").EnumerateArray());
        await _host.Client.FailAsync(409, "POST", $"{path}/resume");
        Assert.Equal("cancelled", (await _host.Client.CallAsync("POST", $"{path}/cancel")).GetProperty("state").GetString());
        await _host.Client.FailAsync(409, "POST", $"{path}/cancel");
        await _host.Client.FailAsync(400, "POST", "/api/v1/replays", "{}");

        int Number(string name) => count.GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task Quarantine_ReleasedByOneAndByMany()
    {
        var (one, other) = (await PlantAsync("never_sent", looped: true), await PlantAsync("never_sent", looped: true));
        Assert.Contains(one.Id.ToString(), (await _host.Client.CallAsync("GET", "/api/v1/quarantine")).GetRawText(), StringComparison.Ordinal);
        Assert.Equal("replaying", (await _host.Client.CallAsync("POST", $"/api/v1/quarantine/{one.Id}/release")).GetProperty("state").GetString());
        var released = await _host.Client.CallAsync("POST", "/api/v1/quarantine/release", JsonSerializer.Serialize(new { ids = new[] { one.Id, other.Id } }));
        Assert.Equal(2, released.GetProperty("items").GetArrayLength());
        Assert.Single(released.GetProperty("items").EnumerateArray(), r => r.GetProperty("reason").ValueKind == JsonValueKind.Null);
        await _host.Client.FailAsync(400, "POST", "/api/v1/quarantine/release", """{"ids":[]}""");
    }

    private async Task<DeadLetter> PlantAsync(string risk, bool looped = false)
    {
        var (channel, now) = (_host.Get<ICatalog>().Channels.First(c => c.Tenant.Id == _host.Tenant).Id, TimeProvider.System.GetUtcNow());
        var session = new Session { Id = Guid.NewGuid(), TenantId = _host.Tenant, ChannelId = channel, RootId = Guid.NewGuid(), Episode = 1, Conversation = "main", UserId = "ada", State = SessionState.Active };
        var (position, id) = new MessagePosition(TimeProvider.System).Next();
        var letter = new DeadLetter
        {
            Id = Guid.CreateVersion7(), TenantId = _host.Tenant, Stage = Stages.Dispatched, Cause = looped ? DeadLetterCauses.Loop : DeadLetterCauses.AgentError, Detail = "The agent answered 500.", Attempts = 1, FirstAt = now, LastAt = now,
            Fingerprint = Guid.NewGuid().ToString("N")[..16], Risk = risk, MessageId = id, SessionId = session.Id, ChannelId = channel, Payload = """{"text":"hi"}""", Position = position,
            State = looped ? DeadLetterStates.Quarantined : DeadLetterStates.Open,
        };
        await using var db = _host.Get<ISystemDbFactory>().Create();
        db.AddRange(session, letter, new Message { Position = position, Id = id, TenantId = _host.Tenant, ChannelId = channel, SessionId = session.Id, Seq = 1, From = MessageFrom.User, Text = "hi", At = now, State = MessageState.Dead });
        await db.SaveChangesAsync();
        return letter;
    }
}
