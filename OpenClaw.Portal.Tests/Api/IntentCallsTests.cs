using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Portal.Tests.Api;

/// <summary><c>/intents</c>, and rules that ask for one.</summary>
public sealed class IntentCallsTests : IAsyncLifetime
{
    private const string Intents = "/api/v1/intents";
    private ApiHost _host = null!;

    private HttpClient Client => _host.Client;

    public async Task InitializeAsync() => _host = await ApiHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Intent_MadeReadChangedDeleted_IsAsTheContractSays()
    {
        var made = await Client.CallAsync("POST", Intents, """{"name":"refund","description":"Wants money back","examples":["I want my money back","refund please"]}""");
        var id = made.GetProperty("id").GetGuid();
        Assert.Equal(2, made.GetProperty("examples").GetArrayLength());
        Assert.Equal("refund", (await Client.CallAsync("GET", $"{Intents}/{id}")).GetProperty("name").GetString());
        var changed = await Client.CallAsync("PATCH", $"{Intents}/{id}", """{"examples":["give me a refund"],"description":null}""");
        Assert.Equal("give me a refund", changed.GetProperty("examples")[0].GetString());
        Assert.Single((await Client.CallAsync("GET", Intents)).GetProperty("items").EnumerateArray());
        // an answer may be sent back as it is
        await Client.CallAsync("PATCH", $"{Intents}/{id}", changed.GetRawText());
        await Client.CallAsync("DELETE", $"{Intents}/{id}");
        await Client.FailAsync(404, "GET", $"{Intents}/{id}");
    }

    [Fact]
    public async Task Evaluate_Text_GivesIntentThresholdAndScores()
    {
        await TwoAsync();
        var said = await Client.CallAsync("POST", $"{Intents}/evaluate", """{"text":"please refund my money"}""");
        Assert.Equal("in-process", said.GetProperty("engine").GetString());
        Assert.Equal("refund", said.GetProperty("scores")[0].GetProperty("intent").GetString());
        Assert.Equal(said.GetProperty("score").GetDouble(), said.GetProperty("scores")[0].GetProperty("score").GetDouble());
        Assert.InRange(said.GetProperty("threshold").GetDouble(), 0, 1);
        Assert.Equal(JsonValueKind.Null, (await Client.CallAsync("POST", $"{Intents}/evaluate", """{"text":"zzz"}""")).GetProperty("intent").ValueKind);
        await Client.FailAsync(400, "POST", $"{Intents}/evaluate", "{}");
        await Client.FailAsync(400, "POST", $"{Intents}/evaluate", $$"""{"text":"{{new string('x', 100_001)}}"}""");
    }

    [Fact]
    public async Task Quality_SaysAccuracyAndConfusions()
    {
        await TwoAsync();
        var state = await Client.CallAsync("GET", $"{Intents}/quality");
        while (state.GetProperty("state").GetString() != "done") state = await Client.CallAsync("GET", $"{Intents}/quality");
        var quality = state.GetProperty("quality");
        Assert.Equal(6, quality.GetProperty("examples").GetInt32());
        Assert.InRange(quality.GetProperty("accuracy").GetDouble(), 0, 1);
        Assert.Equal(2, quality.GetProperty("intents").GetArrayLength());
        Assert.True(quality.TryGetProperty("confusions", out _));
    }

    [Fact]
    public async Task Options_KeyIsWriteOnly()
    {
        var saved = await Client.CallAsync("PATCH", $"{Intents}/options", """{"threshold":0.6,"embeddings":{"baseUrl":"https://e.example/v1","model":"m"},"secrets":{"embeddingsKey":"sk-hidden"}}""");
        Assert.DoesNotContain("sk-hidden", saved.GetRawText(), StringComparison.Ordinal);
        var read = await Client.CallAsync("GET", $"{Intents}/options");
        Assert.Equal(0.6, read.GetProperty("threshold").GetDouble());
        Assert.True(read.GetProperty("secrets").GetProperty("embeddingsKey").GetProperty("set").GetBoolean());
        await Client.CallAsync("PATCH", $"{Intents}/options", read.GetRawText());
        await Client.FailAsync(400, "PATCH", $"{Intents}/options", """{"threshold":2}""");
    }

    [Fact]
    public async Task Rule_OnIntent_DecidesAndIsExplained()
    {
        await TwoAsync();
        await Client.CallAsync("PATCH", $"{Intents}/options", """{"threshold":0.3}""");
        var rule = """{"name":"Refunds","match":{"intent":"refund"},"target":{"drop":true}}""";
        await Client.FailAsync(400, "POST", "/api/v1/routing-rules", rule.Replace("refund\"", "nothing\"", StringComparison.Ordinal));
        var made = await Client.CallAsync("POST", "/api/v1/routing-rules", rule);
        Assert.Equal("refund", made.GetProperty("match").GetProperty("intent").GetString());
        var channel = (await Client.CallAsync("GET", "/api/v1/channels")).GetProperty("items")[0].GetProperty("id").GetString();
        var said = await Client.CallAsync("POST", "/api/v1/routing-rules/evaluate", $$"""{"channelId":"{{channel}}","text":"a refund please"}""");
        Assert.Equal("Refunds", said.GetProperty("rule").GetProperty("name").GetString());
        Assert.StartsWith("Rule 'Refunds' matched: the intent is 'refund'. Recognised intent 'refund' with ", said.GetProperty("why").GetString(), StringComparison.Ordinal);
        Assert.Equal("refund", said.GetProperty("intent").GetProperty("name").GetString());
        said = await Client.CallAsync("POST", "/api/v1/routing-rules/evaluate", $$"""{"channelId":"{{channel}}","text":"zzz"}""");
        Assert.Contains("none of the intents", said.GetProperty("rules")[0].GetProperty("why").GetString()!, StringComparison.OrdinalIgnoreCase);

        var intent = (await Client.CallAsync("GET", Intents)).GetProperty("items").EnumerateArray().Single(i => i.GetProperty("name").GetString() == "refund").GetProperty("id").GetString();
        Assert.Contains("Refunds", (await Client.FailAsync(409, "DELETE", $"{Intents}/{intent}")).GetProperty("detail").GetString()!, StringComparison.Ordinal);
        await Client.FailAsync(409, "PATCH", $"{Intents}/{intent}", """{"name":"other"}""");
    }

    [Fact]
    public async Task Assign_SessionToAnAgentForAnIntent_IsOfferedAsAnExample()
    {
        await TwoAsync();
        await Client.CallAsync("PATCH", $"{Intents}/options", """{"threshold":0.95}""");
        var agent = (await Client.CallAsync("POST", "/api/v1/agents", """{"kind":"echo","name":"Refunds","intents":["refund"]}""")).GetProperty("id").GetString();
        var session = await SaidAsync("this rubbish broke, reimburse me");
        await Client.CallAsync("POST", $"/api/v1/sessions/{session}/assign", $$"""{"agent":"{{agent}}"}""");
        var offered = (await Client.CallAsync("GET", $"{Intents}/suggestions")).GetProperty("items")[0];
        Assert.Equal(("this rubbish broke, reimburse me", "refund"), (offered.GetProperty("text").GetString(), offered.GetProperty("intent").GetString()));
        var accepted = await Client.CallAsync("POST", $"{Intents}/suggestions/{offered.GetProperty("id").GetString()}/accept");
        Assert.Equal(4, accepted.GetProperty("examples").GetInt32());
        Assert.Empty((await Client.CallAsync("GET", $"{Intents}/suggestions")).GetProperty("items").EnumerateArray());
        await Client.FailAsync(404, "POST", $"{Intents}/suggestions/{Guid.NewGuid()}/dismiss");
    }

    /// <summary>Wrong, huge and strange texts are told or recognised, never a fault.</summary>
    [Theory]
    [InlineData("""{"name":"x","examples":["\u0000"]}""")]
    [InlineData("""{"name":"x","examples":["😀","👩‍👩‍👧"," "]}""")]
    [InlineData("""{"name":"x","examples":null}""")]
    [InlineData("""{"name":"x","examples":{}}""")]
    [InlineData("""{"name":null}""")]
    [InlineData("[]")]
    public async Task Create_StrangeInput_IsNoFault(string body)
    {
        using var response = await Client.SendAsync("POST", Intents, body);
        Assert.InRange((int)response.StatusCode, 200, 499);
        await Client.CallAsync("POST", $"{Intents}/evaluate", """{"text":"\u0000 😀"}""");
    }

    private async Task<Guid> SaidAsync(string text)
    {
        var session = new Session { Id = Guid.NewGuid(), TenantId = _host.Tenant, ChannelId = Guid.NewGuid(), RootId = Guid.NewGuid(), Episode = 1, Conversation = "main", UserId = "bob", State = SessionState.Active, LastSeq = 1 };
        var (position, id) = new MessagePosition(TimeProvider.System).Next();
        await using var db = _host.Get<ISystemDbFactory>().Create();
        db.AddRange(session, new SessionEntry { SessionId = session.Id, Seq = 1, Position = position }, new Message
        {
            Position = position, Id = id, TenantId = _host.Tenant, ChannelId = session.ChannelId, SessionId = session.Id, Seq = 1, From = MessageFrom.User, Text = text, At = DateTimeOffset.UnixEpoch, State = MessageState.Answered,
        });
        await db.SaveChangesAsync();
        return session.Id;
    }

    private async Task TwoAsync()
    {
        await Client.CallAsync("POST", Intents, """{"name":"refund","examples":["I want my money back","refund please","give me a refund"]}""");
        await Client.CallAsync("POST", Intents, """{"name":"parcel","examples":["where is my parcel","the parcel is late","parcel lost"]}""");
    }
}
