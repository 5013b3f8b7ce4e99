using System.Text.Json;
using OpenClaw.Portal.Tests.Isolation;

namespace OpenClaw.Portal.Tests.Api;

/// <summary>People who wait to be let in, through the whole product, as a program uses it.</summary>
[Trait("Category", "Slow")]
public sealed class PairingCallsTests : IAsyncLifetime
{
    private Product _product = null!;
    private HttpClient _api = null!;
    private string _channel = "";

    public async Task InitializeAsync()
    {
        _product = await Product.StartAsync();
        _api = _product.Client(Product.Key);
        _channel = (await _api.CallAsync("POST", "/api/v1/channels", """{"kind":"http","name":"Intranet","settings":{"callbackUrl":"https://chat.invalid/","access":"pairing"}}""")).GetProperty("id").GetString()!;
    }

    public async Task DisposeAsync() => await _product.DisposeAsync();

    [Fact]
    public async Task Stranger_IsLetInRefusedAndForgotten()
    {
        var refused = await SayAsync(403, "1");
        var code = refused.GetProperty("pairing").GetString()!;
        Assert.Equal("not_allowed", refused.GetProperty("code").GetString());
        Assert.Contains(code, refused.GetProperty("detail").GetString(), StringComparison.Ordinal);

        var waiting = Assert.Single(Items(await _api.CallAsync("GET", "/api/v1/pairings")));
        Assert.Equal((_channel, "u7", "Ada", code, "waiting"), (
            waiting.GetProperty("channel").GetString(), waiting.GetProperty("user").GetProperty("id").GetString(), waiting.GetProperty("user").GetProperty("name").GetString(),
            waiting.GetProperty("code").GetString(), waiting.GetProperty("state").GetString()));
        var path = $"/api/v1/pairings/{waiting.GetProperty("id").GetString()}";
        Assert.Equal(code, (await _api.CallAsync("GET", path)).GetProperty("code").GetString());

        var let = await _api.CallAsync("POST", $"{path}/approve");
        Assert.Equal(("approved", true), (let.GetProperty("state").GetString(), let.GetProperty("decidedBy").GetString()!.Length > 0));
        Assert.Empty(Items(await _api.CallAsync("GET", "/api/v1/pairings")));
        Assert.Single(Items(await _api.CallAsync("GET", $"/api/v1/pairings?state=approved&channel={_channel}&text={code}")));
        await SayAsync(202, "1");

        Assert.Equal("denied", (await _api.CallAsync("POST", $"{path}/deny")).GetProperty("state").GetString());
        Assert.False((await SayAsync(403, "2")).TryGetProperty("pairing", out _));

        await _api.CallAsync("DELETE", path);
        await _api.FailAsync(404, "GET", path);
        await _api.FailAsync(404, "POST", $"{path}/approve");
        Assert.NotEqual(code, (await SayAsync(403, "2")).GetProperty("pairing").GetString());
        await _api.FailAsync(400, "GET", "/api/v1/pairings?state=asleep");
    }

    [Fact]
    public async Task Erasure_OfWhoWaits_TakesThemOffTheList()
    {
        await SayAsync(403, "1");
        Assert.Equal(1, (await _api.CallAsync("POST", "/api/v1/erasures?dryRun=true", """{"user":"u7"}""")).GetProperty("pairings").GetInt64());
        var erasure = (await _api.CallAsync("POST", "/api/v1/erasures", """{"user":"u7"}""")).GetProperty("id").GetString();
        await EndToEnd.Until.TrueAsync("the erasure is done", async () => (await _api.CallAsync("GET", $"/api/v1/erasures/{erasure}")).GetProperty("state").GetString() == "done");
        Assert.Empty(Items(await _api.CallAsync("GET", "/api/v1/pairings?state=all")));
    }

    private async Task<JsonElement> SayAsync(int status, string id)
    {
        using var answer = await _api.SendAsync("POST", $"/api/v1/channels/{_channel}/messages", $$"""{"id":"{{id}}","user":{"id":"u7","name":"Ada"},"text":"hello"}""");
        Assert.Equal(status, (int)answer.StatusCode);
        return await answer.JsonAsync();
    }

    private static IReadOnlyList<JsonElement> Items(JsonElement page) => [.. page.GetProperty("items").EnumerateArray()];
}
