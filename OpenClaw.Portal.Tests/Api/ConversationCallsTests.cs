using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Portal.Tests.Api;

public sealed class ConversationCallsTests(ApiFixture fixture) : IClassFixture<ApiFixture>, IAsyncLifetime
{
    private readonly ApiHost _host = fixture.Host;
    private readonly HttpClient _client = fixture.Host.Client;
    private Session _session = null!;
    private Message _question = null!;

    public async Task InitializeAsync()
    {
        var now = TimeProvider.System.GetUtcNow();
        var channel = _host.Get<ICatalog>().Channels.First(c => c.Tenant.Id == _host.Tenant).Id;
        var (position, id) = new MessagePosition(TimeProvider.System).Next();
        _session = new() { Id = Guid.NewGuid(), ChannelId = channel, RootId = Guid.NewGuid(), Episode = 1, Conversation = "main", UserId = "ada", State = SessionState.Active, CreatedAt = now, LastActivityAt = now };
        _question = new() { Position = position, Id = id, ChannelId = channel, SessionId = _session.Id, Seq = 1, From = MessageFrom.User, Text = "hi", ExternalId = "c1", At = now, State = MessageState.Accepted };
        await using var db = _host.Get<ITenantDbFactory>().Create(_host.Tenant);
        db.AddRange(_session, _question, new SessionEntry { SessionId = _session.Id, Seq = 1, Position = position });
        await db.SaveChangesAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Sessions_HaveTheContractsShape()
    {
        string[] fields = ["id", "channel", "channelKind", "conversation", "thread", "user", "episode", "state", "agent", "assigned", "takenBy", "endedAt", "createdAt", "lastActivityAt",
            "messages", "context", "preferences", "agentSettings", "tools"];
        var item = (await _client.CallAsync("GET", "/api/v1/sessions?state=active&user=ada&limit=1")).GetProperty("items")[0];
        Assert.Equal(fields, item.EnumerateObject().Select(p => p.Name));
        var one = await _client.CallAsync("GET", $"/api/v1/sessions/{_session.Id}");
        Assert.Equal(1, one.GetProperty("messages").GetInt32());
        await _client.FailAsync(400, "GET", "/api/v1/sessions?state=asleep");
        await _client.FailAsync(400, "GET", "/api/v1/sessions?channel=x");
        await _client.FailAsync(400, "GET", "/api/v1/sessions?since=x");
    }

    [Fact]
    public async Task Messages_HaveTheContractsShape()
    {
        string[] fields = ["id", "externalId", "sessionId", "seq", "from", "text", "attachments", "buttons", "card", "inReplyTo", "at", "state"];
        var item = (await _client.CallAsync("GET", $"/api/v1/sessions/{_session.Id}/messages")).GetProperty("items")[0];
        Assert.Equal(fields, item.EnumerateObject().Select(p => p.Name));
        var trace = await _client.CallAsync("GET", $"/api/v1/messages/{_question.Id}");
        Assert.Equal([.. fields.Order(), .. (string[])["replies", "route", "stages", "traceId"]], trace.EnumerateObject().Select(p => p.Name).OrderBy(n => n is "replies" or "route" or "stages" or "traceId").ThenBy(n => n));
        Assert.Equal("received", trace.GetProperty("stages")[0].GetProperty("stage").GetString());
        await _client.FailAsync(404, "GET", $"/api/v1/sessions/{Guid.NewGuid()}/messages");
    }

    [Fact]
    public async Task AppendMessages_AsAgent_AreHandedOnAndShown()
    {
        _host.Writer.Outcome = AppendOutcome.Appended([_question.Id]);
        using var response = await _client.SendAsync("POST", $"/api/v1/sessions/{_session.Id}/messages",
            $$"""{"as":"agent","messages":[{"text":"hello","buttons":[{"text":"Yes","value":"y"}]}],"inReplyTo":"{{_question.Id}}"}""");
        Assert.Equal(201, (int)response.StatusCode);
        Assert.Equal(_question.Id, (await response.JsonAsync()).GetProperty("items")[0].GetProperty("id").GetGuid());
        Assert.Equal((MessageFrom.Agent, "hello", _question.Id), (_host.Writer.Appended.From, _host.Writer.Appended.Messages[0].Text.ToString(), _host.Writer.Appended.InReplyTo!.Value));
    }

    [Theory]
    [InlineData("""{"as":"user","messages":[{"text":"x"}]}""", "as")]
    [InlineData("""{"as":"agent","messages":[]}""", "messages")]
    [InlineData("""{"as":"agent","messages":[{}]}""", "messages[0]")]
    [InlineData("""{"as":"agent","messages":[{"text":5}]}""", "messages[0].text")]
    [InlineData("""{"as":"agent","messages":[{"text":"x"}],"inReplyTo":"y"}""", "inReplyTo")]
    public async Task AppendMessages_WrongInput_NamesTheField(string body, string field) =>
        Assert.True((await _client.FailAsync(400, "POST", $"/api/v1/sessions/{_session.Id}/messages", body)).GetProperty("errors").TryGetProperty(field, out _));

    [Theory]
    [InlineData(AppendRefusal.NoSession, 404)]
    [InlineData(AppendRefusal.NoQuestion, 400)]
    [InlineData(AppendRefusal.Ended, 409)]
    [InlineData(AppendRefusal.Overloaded, 503)]
    public async Task AppendMessages_Refused_SaysWhy(AppendRefusal refusal, int status)
    {
        _host.Writer.Outcome = AppendOutcome.Refused(refusal, "because");
        await _client.FailAsync(status, "POST", $"/api/v1/sessions/{_session.Id}/messages", """{"as":"operator","messages":[{"text":"x"}]}""");
    }

    [Fact]
    public async Task PatchSession_HandsThePatchOn()
    {
        await _client.CallAsync("PATCH", $"/api/v1/sessions/{_session.Id}", """{"preferences":{"language":null},"tools":[{"name":"search"}]}""");
        Assert.Equal(("""{"language":null}""", """[{"name":"search"}]"""), (_host.Writer.Patch!.Preferences!.Value.GetRawText(), _host.Writer.Patch.Tools!.Value.GetRawText()));
        Assert.Null(_host.Writer.Patch.Context);
        await _client.FailAsync(400, "PATCH", $"/api/v1/sessions/{_session.Id}", """{"state":"expired"}""");
        await _client.FailAsync(400, "PATCH", $"/api/v1/sessions/{_session.Id}", """{"tools":{}}""");
        var wrong = await _client.FailAsync(400, "PATCH", $"/api/v1/sessions/{_session.Id}", """{"tools":[{"name":"x","url":"file:///etc"}]}""");
        Assert.True(wrong.GetProperty("errors").TryGetProperty("tools[0].url", out _));
    }
}
