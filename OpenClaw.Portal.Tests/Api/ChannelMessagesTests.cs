using System.Text.Json;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Portal.Tests.Isolation;

namespace OpenClaw.Portal.Tests.Api;

/// <summary>A channel of kind http through the whole product, as a program uses it.</summary>
[Trait("Category", "Slow")]
public sealed class ChannelMessagesTests : IAsyncLifetime
{
    private Product _product = null!;
    private HttpClient _api = null!;
    private HttpReceiver _receiver = null!;
    private string _channel = "";

    public async Task InitializeAsync()
    {
        _product = await Product.StartAsync();
        _api = _product.Client(Product.Key);
        _receiver = await HttpReceiver.StartAsync("whsec_");
        var agent = (await _api.CallAsync("GET", "/api/v1/agents")).GetProperty("items").EnumerateArray().First(a => a.GetProperty("kind").GetString() == "echo").GetProperty("id").GetString();
        var made = await _api.CallAsync("POST", "/api/v1/channels", $$$"""{"kind":"http","name":"Intranet","agent":"{{{agent}}}","settings":{"callbackUrl":"{{{_receiver.Url}}}"}}""");
        _channel = made.GetProperty("id").GetString()!;
        _receiver.Secret = made.GetProperty("secrets").GetProperty("signingSecret").GetProperty("value").GetString()!;
    }

    public async Task DisposeAsync()
    {
        await _product.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task Message_Brought_IsAnsweredSignedAndItsTraceShowsTheDelivery()
    {
        using var answer = await _api.SendAsync("POST", $"/api/v1/channels/{_channel}/messages", """{"id":"in-1","user":{"id":"u1","name":"Ada"},"conversation":"room","text":"hello"}""");
        Assert.Equal(202, (int)answer.StatusCode);
        var taken = await answer.JsonAsync();
        Assert.Equal((1, false), (taken.GetProperty("seq").GetInt64(), taken.GetProperty("duplicate").GetBoolean()));
        await UntilAsync(() => Task.FromResult(!_receiver.Taken.IsEmpty));
        Assert.Equal("hello", _receiver.Taken.Single().Body.GetProperty("message").GetProperty("text").GetString());

        var delivery = await DeliveryAsync(taken, d => d.GetProperty("state").GetString() == "delivered");
        Assert.Equal((1, 1, $"receipt-{_receiver.Taken.Single().Id}", false), (
            delivery.GetProperty("parts").GetInt32(), delivery.GetProperty("attempts").GetInt32(), delivery.GetProperty("receipt").GetString(), delivery.GetProperty("possibleDuplicate").GetBoolean()));

        var again = await _api.CallAsync("POST", $"/api/v1/channels/{_channel}/messages", """{"id":"in-1","user":{"id":"u2"},"text":"something else"}""");
        Assert.Equal((true, taken.GetProperty("message").GetString()), (again.GetProperty("duplicate").GetBoolean(), again.GetProperty("message").GetString()));
    }

    [Fact]
    public async Task Reply_Failing_ShowsItsAttemptsAndTheChannelWhatFailedLast()
    {
        var failures = 1;
        _receiver.Before = (http, _) =>
        {
            if (Interlocked.Decrement(ref failures) < 0) return Task.FromResult(false);
            http.Response.StatusCode = 500;
            return Task.FromResult(true);
        };
        var taken = await _api.CallAsync("POST", $"/api/v1/channels/{_channel}/messages", """{"id":"in-1","user":{"id":"u1"},"text":"hello"}""");
        var delivery = await DeliveryAsync(taken, d => d.GetProperty("state").GetString() == "delivered");
        Assert.Equal(2, delivery.GetProperty("attempts").GetInt32());
        var failure = Assert.Single(delivery.GetProperty("failures").EnumerateArray());
        Assert.Equal(("transient", "channel_error", "HTTP 500"), (failure.GetProperty("kind").GetString(), failure.GetProperty("cause").GetString(), failure.GetProperty("detail").GetString()));
        var status = await _api.CallAsync("GET", $"/api/v1/channels/{_channel}/status");
        Assert.Equal((0, "HTTP 500"), (status.GetProperty("waitingReplies").GetInt32(), status.GetProperty("lastFailure").GetString()));
        Assert.True(status.TryGetProperty("lastOutAt", out var last) && last.ValueKind == JsonValueKind.String);
    }

    [Fact]
    public async Task Call_ThatCannotBe_SaysWhy()
    {
        var path = $"/api/v1/channels/{_channel}/messages";
        var errors = (await _api.FailAsync(400, "POST", path, "{}")).GetProperty("errors");
        Assert.Equal(["id", "text", "user.id"], errors.EnumerateObject().Select(e => e.Name).Order());
        await _api.FailAsync(400, "POST", path, """{"id":"1","user":{"id":"u"},"text":"x","attachments":[{"url":"https://example.com/a.pdf"}]}""");
        var socket = (await _api.CallAsync("GET", "/api/v1/channels")).GetProperty("items").EnumerateArray().First(c => c.GetProperty("kind").GetString() == "websocket").GetProperty("id").GetString();
        await _api.FailAsync(409, "POST", $"/api/v1/channels/{socket}/messages", """{"id":"1","user":{"id":"u"},"text":"x"}""");
        await _api.FailAsync(404, "POST", $"/api/v1/channels/{Guid.NewGuid()}/messages", """{"id":"1","user":{"id":"u"},"text":"x"}""");
        await _api.CallAsync("PATCH", $"/api/v1/channels/{_channel}", """{"settings":{"rateLimitPerUserPerMinute":1}}""");
        await _api.CallAsync("POST", path, """{"id":"1","user":{"id":"u"},"text":"x"}""");
        using var limited = await _api.SendAsync("POST", path, """{"id":"2","user":{"id":"u"},"text":"x"}""");
        Assert.Equal((429, "rate_limited"), ((int)limited.StatusCode, (await limited.JsonAsync()).GetProperty("code").GetString()));
        Assert.True(limited.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        await _api.CallAsync("PATCH", $"/api/v1/channels/{_channel}", """{"enabled":false}""");
        Assert.Equal("not_allowed", (await _api.FailAsync(403, "POST", path, """{"id":"3","user":{"id":"v"},"text":"x"}""")).GetProperty("code").GetString());
    }

    [Fact]
    public async Task Preflight_OfTheReceiver_IsSigned()
    {
        var checks = await _api.CallAsync("POST", $"/api/v1/channels/{_channel}/test", "{}");
        Assert.True(checks.EnumerateArray().Single(c => c.GetProperty("check").GetString() == "callback").GetProperty("ok").GetBoolean());
        Assert.Equal("test", _receiver.Taken.Single().Body.GetProperty("type").GetString());
    }

    private async Task<JsonElement> DeliveryAsync(JsonElement taken, Func<JsonElement, bool> holds)
    {
        JsonElement delivery = default;
        await UntilAsync(async () =>
        {
            var replies = (await _api.CallAsync("GET", $"/api/v1/messages/{taken.GetProperty("message").GetString()}")).GetProperty("replies");
            if (replies.GetArrayLength() == 0) return false;
            delivery = replies[0].GetProperty("delivery");
            return holds(delivery);
        });
        return delivery;
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await holds()) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
    }
}
