namespace OpenClaw.Portal.Tests.Api;

public sealed class IdempotencyTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private readonly HttpClient _client = fixture.Host.Client;

    [Fact]
    public async Task Post_SameKeyAndBody_GivesTheFirstAnswerAgain()
    {
        const string body = """{"kind":"websocket","name":"Once"}""";
        using var first = await _client.SendAsync("POST", "/api/v1/channels", body, ("Idempotency-Key", "k1"));
        using var second = await _client.SendAsync("POST", "/api/v1/channels", body, ("Idempotency-Key", "k1"));
        Assert.Equal((201, 201), ((int)first.StatusCode, (int)second.StatusCode));
        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
        Assert.Equal(first.Headers.Location, second.Headers.Location);
        Assert.Equal(first.Content.Headers.ContentType, second.Content.Headers.ContentType);
    }

    [Fact]
    public async Task Post_SameKeyOtherBody_Is422()
    {
        using var first = await _client.SendAsync("POST", "/api/v1/channels", """{"kind":"websocket","name":"Two"}""", ("Idempotency-Key", "k2"));
        await _client.FailAsync(422, "POST", "/api/v1/channels", """{"kind":"websocket","name":"Three"}""", ("Idempotency-Key", "k2"));
    }

    [Fact]
    public async Task Post_Failed_LeavesTheKeyFree()
    {
        await _client.FailAsync(400, "POST", "/api/v1/channels", """{"kind":"websocket"}""", ("Idempotency-Key", "k3"));
        using var second = await _client.SendAsync("POST", "/api/v1/channels", """{"kind":"websocket","name":"Four"}""", ("Idempotency-Key", "k3"));
        Assert.Equal(201, (int)second.StatusCode);
    }

    [Fact]
    public async Task Post_ManyAtOnce_MakesOne()
    {
        const string body = """{"kind":"websocket","name":"Five"}""";
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _client.SendAsync("POST", "/api/v1/channels", body, ("Idempotency-Key", "k4"))));
        Assert.All(answers, a => Assert.Contains((int)a.StatusCode, (int[])[201, 409]));
        Assert.Contains(answers, a => (int)a.StatusCode == 201);
        var list = await _client.CallAsync("GET", "/api/v1/channels");
        Assert.Single(list.GetProperty("items").EnumerateArray(), c => c.GetProperty("name").GetString() == "Five");
        foreach (var answer in answers) answer.Dispose();
    }

    [Fact]
    public async Task Post_OtherTenantSameKey_IsItsOwn()
    {
        const string body = """{"kind":"websocket","name":"Six"}""";
        var mine = await Send(_client);
        var theirs = await Send(fixture.Host.Stranger);
        Assert.NotEqual(mine, theirs);

        async Task<string> Send(HttpClient client)
        {
            using var response = await client.SendAsync("POST", "/api/v1/channels", body, ("Idempotency-Key", "k5"));
            return (await response.JsonAsync()).GetProperty("id").GetString()!;
        }
    }
}
