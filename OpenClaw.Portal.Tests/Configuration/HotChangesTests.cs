using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Portal.Tests.Api;
using OpenClaw.Portal.Tests.Isolation;

namespace OpenClaw.Portal.Tests.Configuration;

/// <summary>Changes hold at once, without a restart, and no message in flight is dropped.</summary>
[Trait("Category", "Slow")]
public sealed class HotChangesTests : IAsyncLifetime
{
    private Product _product = null!;
    private HttpClient _api = null!;
    private string _channel = "";

    public async Task InitializeAsync()
    {
        _product = await Product.StartAsync();
        _api = _product.Client(Product.Key);
        _channel = (await _api.CallAsync("GET", "/api/v1/channels")).GetProperty("items")[0].GetProperty("id").GetString()!;
    }

    public async Task DisposeAsync() => await _product.DisposeAsync();

    [Fact]
    public async Task AgentUrl_ChangedWhileARequestIsOpen_OpenOneEndsAtTheOldAndTheNextGoesToTheNew()
    {
        var release = new TaskCompletionSource();
        var asked = new TaskCompletionSource();
        await using var old = await HttpServer.StartAsync(async http =>
        {
            asked.TrySetResult();
            await release.Task;
            await AnswerAsync(http, "old");
        });
        await using var fresh = await HttpServer.StartAsync(http => AnswerAsync(http, "new"));
        var agent = await AddAgentAsync(old.Url);
        await using var ada = await Talk.OpenAsync(_product.Address, _channel);
        await using var bob = await Talk.OpenAsync(_product.Address, _channel);
        await ada.SayAsync("first");
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(60));

        await _api.CallAsync("PATCH", $"/api/v1/agents/{agent}", $$$"""{"settings":{"url":"{{{fresh.Url}}}"}}""");

        await bob.SayAsync("second");
        Assert.Equal("new", (await bob.ReadAsync("message")).GetProperty("text").GetString());
        release.SetResult();
        Assert.Equal("old", (await ada.ReadAsync("message")).GetProperty("text").GetString());
    }

    [Fact]
    public async Task Channel_SwitchedOffWhileAMessageIsUnderWay_ByeAndTheAnswerIsThereAfterwards()
    {
        var release = new TaskCompletionSource();
        await using var server = await HttpServer.StartAsync(async http =>
        {
            await release.Task;
            await AnswerAsync(http, "late but whole");
        });
        await AddAgentAsync(server.Url);
        await using var talk = await Talk.OpenAsync(_product.Address, _channel);
        var message = await talk.SayAsync("hold on");

        await _api.CallAsync("PATCH", $"/api/v1/channels/{_channel}", """{"enabled":false}""");
        await talk.ReadAsync("bye"); // it does not wait for the answer, which is still held back
        Assert.Equal(404, await Talk.RefusalAsync(_product.Address, _channel, null));
        Assert.Equal("disabled", (await _api.CallAsync("GET", $"/api/v1/channels/{_channel}/status")).GetProperty("state").GetString());

        release.SetResult();
        await EndToEnd.Until.TrueAsync("the message is answered", async () => (await _api.CallAsync("GET", $"/api/v1/messages/{message}")).GetProperty("state").GetString() == "answered");
        await _api.CallAsync("PATCH", $"/api/v1/channels/{_channel}", """{"enabled":true}""");
        await using var back = await Talk.OpenAsync(_product.Address, _channel, credentials: "resume." + talk.Welcome.GetProperty("resume").GetString());
        Assert.Equal("late but whole", (await back.ReadAsync("message")).GetProperty("text").GetString());
    }

    [Fact]
    public async Task AllowedOrigins_Changed_BindNewHandshakesOnly()
    {
        const string shop = "https://shop.example", other = "https://other.example";
        await using var talk = await Talk.OpenAsync(_product.Address, _channel, shop);

        await _api.CallAsync("PATCH", $"/api/v1/channels/{_channel}", $$$"""{"settings":{"allowedOrigins":["{{{other}}}"]}}""");

        Assert.Equal(403, await Talk.RefusalAsync(_product.Address, _channel, shop));
        await using var welcome = await Talk.OpenAsync(_product.Address, _channel, other);
        await talk.SayAsync("still here");
        Assert.Equal("still here", (await talk.ReadAsync("message")).GetProperty("text").GetString());
    }

    [Fact]
    public async Task SigningSecret_Rotated_FormerHoldsAsLongAsWasSaid()
    {
        var first = await RotateAsync(0);
        var second = await RotateAsync(1);
        await using (await Talk.OpenAsync(_product.Address, _channel, credentials: Bearer(first))) { }

        await using var known = await Talk.OpenAsync(_product.Address, _channel, credentials: Bearer(second));
        var third = await RotateAsync(0);

        Assert.Equal(401, await Talk.RefusalAsync(_product.Address, _channel, null, Bearer(first)));
        Assert.Equal(401, await Talk.RefusalAsync(_product.Address, _channel, null, Bearer(second)));
        await known.ReadAsync("bye");
        await using var again = await Talk.OpenAsync(_product.Address, _channel, credentials: Bearer(third));
    }

    [Fact]
    public async Task Restart_OpenSockets_ByeAndBack()
    {
        await using var talk = await Talk.OpenAsync(_product.Address, _channel);
        await talk.SayAsync("before");
        await talk.ReadAsync("message");

        Assert.Equal(1, (await _api.CallAsync("POST", $"/api/v1/channels/{_channel}/restart")).GetProperty("connections").GetInt32());

        Assert.Equal("restart", (await talk.ReadAsync("bye")).GetProperty("reason").GetString());
        await using var back = await Talk.OpenAsync(_product.Address, _channel, credentials: "resume." + talk.Welcome.GetProperty("resume").GetString());
        Assert.Equal(talk.Welcome.GetProperty("session").GetString(), back.Welcome.GetProperty("session").GetString());
    }

    [Fact]
    public async Task Status_TellsTodayAndWhenItWasLast()
    {
        Assert.Equal("no_connection", (await _api.CallAsync("GET", $"/api/v1/channels/{_channel}/status")).GetProperty("cause").GetString());
        await using var talk = await Talk.OpenAsync(_product.Address, _channel);
        await talk.SayAsync("one");
        await talk.ReadAsync("message");
        await EndToEnd.Until.TrueAsync("the day is counted", async () =>
        {
            var status = await _api.CallAsync("GET", $"/api/v1/channels/{_channel}/status");
            return (status.GetProperty("inToday").GetInt64(), status.GetProperty("outToday").GetInt64()) == (1, 1) && status.GetProperty("lastInAt").ValueKind == JsonValueKind.String;
        });
    }

    private static Task AnswerAsync(HttpContext http, string text) => http.Response.WriteAsJsonAsync(new { messages = new[] { new { text } } });

    private static string Bearer(string secret) => "bearer." + Jwt.Of($$"""{"sub":"ada","exp":{{TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeSeconds()}}}""", secret);

    private async Task<string> RotateAsync(double hours) =>
        (await _api.CallAsync("POST", $"/api/v1/channels/{_channel}/secrets/signingSecret/rotate", $$"""{"overlapHours":{{hours}}}""")).GetProperty("value").GetString()!;

    private async Task<string> AddAgentAsync(Uri url)
    {
        var agent = (await _api.CallAsync("POST", "/api/v1/agents", $$$"""{"kind":"webhook","name":"Hook","settings":{"url":"{{{url}}}"}}""")).GetProperty("id").GetString()!;
        await _api.CallAsync("PATCH", "/api/v1/settings", $$"""{"defaultAgent":"{{agent}}"}""");
        return agent;
    }
}
