using System.Text.Json;
using OpenClaw.Portal.Tests.Api;
using OpenClaw.Portal.Tests.Isolation;

namespace OpenClaw.Portal.Tests.EndToEnd;

/// <summary>Take-over, hand-back, assignment, closing, re-opening and notes by the API, with a user at the other end.</summary>
[Trait("Category", "Slow")]
public sealed class SessionControlTests : IAsyncLifetime
{
    private Product _product = null!;
    private HttpClient _client = null!;
    private Talk _talk = null!;
    private string _session = "";

    public async Task InitializeAsync()
    {
        _product = await Product.StartAsync();
        _client = _product.Client(Product.Key);
        var channel = (await _client.CallAsync("GET", "/api/v1/channels")).GetProperty("items")[0].GetProperty("id").GetString()!;
        _talk = await Talk.OpenAsync(_product.Address, channel);
        _session = _talk.Welcome.GetProperty("session").GetString()!;
        await _talk.SayAsync("hello");
        await _talk.ReadAsync("message");
    }

    public async Task DisposeAsync()
    {
        await _talk.DisposeAsync();
        await _product.DisposeAsync();
    }

    [Fact]
    public async Task TakeOver_Answer_Release_TheUserIsAnsweredByBoth()
    {
        var taken = await ControlAsync("takeover");
        Assert.NotEqual("", taken.GetProperty("takenBy").GetProperty("name").GetString());
        await _talk.SayAsync("a human, please");
        await _client.CallAsync("POST", $"/api/v1/sessions/{_session}/messages", """{"as":"operator","messages":[{"text":"Here I am."}]}""");
        Assert.Equal("operator", (await _talk.ReadAsync("message")).GetProperty("from").GetString());
        await _talk.SayAsync("and now?");
        Assert.Equal(JsonValueKind.Null, (await ControlAsync("release", """{"note":"be kind"}""")).GetProperty("takenBy").ValueKind);
        Assert.Equal("and now?", (await _talk.ReadAsync("message")).GetProperty("text").GetString());
        await _client.FailAsync(409, "POST", $"/api/v1/sessions/{_session}/release", "{}");
        var texts = (await _client.CallAsync("GET", $"/api/v1/sessions/{_session}/messages")).GetProperty("items").EnumerateArray()
            .Select(m => $"{m.GetProperty("from").GetString()}: {m.GetProperty("text").GetString()} ({m.GetProperty("state").GetString()})").ToList();
        Assert.Equal(
            ["user: hello (answered)", "agent: hello (answered)", "user: a human, please (answered)", "operator: Here I am. (answered)", "user: and now? (answered)", "agent: and now? (answered)"], texts);
    }

    [Fact]
    public async Task Close_Reopen_TheEpisodeEndsAndGoesOnForTheOpenSocket()
    {
        Assert.Equal("expired", (await ControlAsync("close")).GetProperty("state").GetString());
        Assert.NotEqual(_session, (await _talk.ReadAsync("welcome")).GetProperty("session").GetString());
        Assert.Equal("expired", (await ControlAsync("close")).GetProperty("state").GetString());
        await _client.FailAsync(409, "POST", $"/api/v1/sessions/{_session}/takeover");
        Assert.Equal("active", (await ControlAsync("reopen")).GetProperty("state").GetString());
        Assert.Equal(_session, (await _talk.ReadAsync("welcome")).GetProperty("session").GetString());
        await _talk.SendAsync("again");
        Assert.Equal(3, (await _talk.ReadAsync("ack")).GetProperty("seq").GetInt32());
        Assert.Equal("again", (await _talk.ReadAsync("message")).GetProperty("text").GetString()); // and nothing that it has seen before
        await ControlAsync("close");
        await _talk.ReadAsync("welcome");
        await _talk.SayAsync("a new one");
        await _client.FailAsync(409, "POST", $"/api/v1/sessions/{_session}/reopen");
    }

    [Fact]
    public async Task Commands_OfTheUser_AreTheGateways()
    {
        await _talk.SayAsync("/help");
        Assert.Contains("/stop", (await _talk.ReadAsync("message")).GetProperty("text").GetString(), StringComparison.Ordinal);
        await _talk.SayAsync("/new");
        await _talk.ReadAsync("message");
        Assert.NotEqual(_session, (await _talk.ReadAsync("welcome")).GetProperty("session").GetString());
        await _talk.SendAsync("fresh");
        Assert.Equal(1, (await _talk.ReadAsync("ack")).GetProperty("seq").GetInt32());
    }

    [Fact]
    public async Task Assign_UnknownOrMissingAgent_IsToldByField()
    {
        foreach (var body in new[] { """{"agent":"018c0000-0000-7000-8000-000000000000"}""", "{}", """{"agent":7}""" })
            Assert.True((await _client.FailAsync(400, "POST", $"/api/v1/sessions/{_session}/assign", body)).GetProperty("errors").TryGetProperty("agent", out _), body);
        var agent = (await _client.CallAsync("POST", "/api/v1/agents", """{"kind":"echo","name":"Second"}""")).GetProperty("id").GetString();
        var assigned = await ControlAsync("assign", $$"""{"agent":"{{agent}}"}""");
        Assert.Equal((agent, true), (assigned.GetProperty("agent").GetString(), assigned.GetProperty("assigned").GetBoolean()));
        Assert.False((await ControlAsync("assign", """{"agent":null}""")).GetProperty("assigned").GetBoolean());
    }

    [Fact]
    public async Task Notes_AddAndList_NewestFirst()
    {
        for (var i = 0; i < 3; i++) await _client.CallAsync("POST", $"/api/v1/sessions/{_session}/notes", $$"""{"text":"note {{i}}"}""");
        await _client.FailAsync(400, "POST", $"/api/v1/sessions/{_session}/notes", """{"text":"  "}""");
        var first = await _client.CallAsync("GET", $"/api/v1/sessions/{_session}/notes?limit=2");
        var rest = await _client.CallAsync("GET", $"/api/v1/sessions/{_session}/notes?limit=2&after={first.GetProperty("next").GetString()}");
        Assert.Equal(["note 2", "note 1", "note 0"], first.GetProperty("items").EnumerateArray().Concat(rest.GetProperty("items").EnumerateArray()).Select(n => n.GetProperty("text").GetString()));
        Assert.False(rest.TryGetProperty("next", out _));
    }

    private Task<JsonElement> ControlAsync(string what, string? body = null) => _client.CallAsync("POST", $"/api/v1/sessions/{_session}/{what}", body);
}
