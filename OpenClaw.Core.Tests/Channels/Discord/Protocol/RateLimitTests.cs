using System.Net;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol.Rest;

namespace OpenClaw.Core.Tests.Channels.Discord.Protocol;

public sealed class RateLimitTests
{
    private readonly TestClock _clock = new();
    private readonly InvalidBudget _invalid;

    public RateLimitTests() => _invalid = new(_clock);

    private RateLimits Limits => field ??= new(_invalid, _clock);

    [Fact]
    public async Task Bucket_UsedUp_WaitsInOrderUntilItsReset()
    {
        await CallAsync(DiscordApi.Message(1), ("X-RateLimit-Bucket", "b"), ("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset-After", "1.5"));
        List<int> order = [];
        var waiting = Enumerable.Range(0, 3).Select(async i =>
        {
            var bucket = await Limits.EnterAsync(DiscordApi.Message(1), TimeSpan.FromSeconds(8), CancellationToken.None);
            order.Add(i);
            bucket.Turn.Release();
        }).ToList();

        Assert.All(waiting, w => Assert.False(w.IsCompleted));
        await _clock.WaitForTimersAsync();
        _clock.Advance(TimeSpan.FromSeconds(2));

        await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal([0, 1, 2], order);
    }

    [Fact]
    public async Task Bucket_OfOneChannel_DoesNotHoldUpAnother()
    {
        await CallAsync(DiscordApi.Message(1), ("X-RateLimit-Bucket", "b"), ("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset-After", "5"));

        Assert.True(Limits.WaitFor(DiscordApi.Message(1)) > TimeSpan.FromSeconds(4));
        Assert.Equal(TimeSpan.Zero, Limits.WaitFor(DiscordApi.Message(2)));
    }

    [Fact]
    public async Task CallWhoseAnswerNobodyWaitsFor_CountsAllTheSame()
    {
        await CallAsync(DiscordApi.Typing(1), ("X-RateLimit-Bucket", "t"), ("X-RateLimit-Remaining", "1"), ("X-RateLimit-Reset-After", "5"));

        (await Limits.EnterAsync(DiscordApi.Typing(1), TimeSpan.FromSeconds(1), CancellationToken.None)).Turn.Release();

        Assert.True(Limits.WaitFor(DiscordApi.Typing(1)) > TimeSpan.Zero);
    }

    [Fact]
    public async Task RoutesOfOneBucket_ShareIt()
    {
        await CallAsync(DiscordApi.Message(1), ("X-RateLimit-Bucket", "shared"), ("X-RateLimit-Remaining", "3"), ("X-RateLimit-Reset-After", "5"));
        await CallAsync(DiscordApi.Edit(1, 7), ("X-RateLimit-Bucket", "shared"), ("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset-After", "5"));

        Assert.True(Limits.WaitFor(DiscordApi.Message(1)) > TimeSpan.Zero);
        Assert.Equal(0, Limits.Look(DiscordApi.Message(1))?.Remaining);
    }

    [Fact]
    public async Task Global_FiftyASecond_TheNextWait()
    {
        for (var i = 0; i < GlobalLimit.PerSecond; i++) await CallAsync(DiscordApi.Message((ulong)i + 1));

        Assert.Equal(TimeSpan.FromSeconds(1), Limits.Global.Wait);
        Assert.Equal(0, Limits.Global.Left);
        Assert.Equal(TimeSpan.Zero, Limits.WaitFor(DiscordApi.Message(1) with { IsFree = true }));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.Zero, Limits.Global.Wait);
    }

    [Theory]
    [InlineData("""{"message":"x","retry_after":2.5,"global":false}""", null, 2.5, false)]
    [InlineData("""{"message":"x","retry_after":2.5,"global":true}""", null, 2.5, true)]
    [InlineData("""{"message":"x"}""", "7", 7, false)]
    [InlineData("""{"message":"x"}""", null, 60, false)]
    [InlineData("<html>error 1015</html>", null, 60, true)]
    [InlineData("<html>error 1015</html>", "90", 90, true)]
    [InlineData("", null, 60, true)]
    public async Task TooManyRequests_ItsPauseIsKept(string body, string? header, double seconds, bool isGlobal)
    {
        (string, string)[] headers = header is null ? [] : [("Retry-After", header)];

        var pause = await CallAsync(DiscordApi.Message(1), HttpStatusCode.TooManyRequests, body, headers);

        Assert.Equal(TimeSpan.FromSeconds(seconds), pause);
        Assert.Equal(isGlobal, Limits.WaitFor(DiscordApi.Message(2)) > TimeSpan.Zero);
        Assert.InRange(Limits.WaitFor(DiscordApi.Message(1)), TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(seconds + 0.1));
    }

    [Fact]
    public async Task TooManyRequests_OfAllUsersTogether_IsNotCountedAgainstUs()
    {
        await CallAsync(DiscordApi.Message(1), HttpStatusCode.TooManyRequests, """{"retry_after":1,"global":false}""", ("X-RateLimit-Scope", "shared"));
        Assert.Equal(0, _invalid.Used);

        await CallAsync(DiscordApi.Message(2), HttpStatusCode.TooManyRequests, """{"retry_after":1,"global":false}""", ("X-RateLimit-Scope", "user"));
        await CallAsync(DiscordApi.Message(3), HttpStatusCode.Unauthorized, "{}");
        await CallAsync(DiscordApi.Message(3), HttpStatusCode.Forbidden, "{}");
        Assert.Equal(3, _invalid.Used);
    }

    [Fact]
    public async Task InvalidRequests_StopBeforeDiscordShutsOut()
    {
        for (var i = 0; i < InvalidBudget.Most; i++) _invalid.Count();

        var refusal = await Assert.ThrowsAsync<DiscordException>(async () => await Limits.EnterAsync(DiscordApi.Message(1), TimeSpan.FromSeconds(8), CancellationToken.None));

        Assert.Equal(FailureKind.RateLimited, refusal.Kind);
        Assert.InRange(refusal.RetryAfter!.Value, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10));
        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(TimeSpan.Zero, _invalid.Wait);
    }

    [Fact]
    public async Task LongPause_IsToldAndNotSatOut()
    {
        await CallAsync(DiscordApi.Message(1), HttpStatusCode.TooManyRequests, """{"retry_after":120,"global":false}""");

        var refusal = await Assert.ThrowsAsync<DiscordException>(async () => await Limits.EnterAsync(DiscordApi.Message(1), TimeSpan.FromSeconds(8), CancellationToken.None));

        Assert.InRange(refusal.RetryAfter!.Value, TimeSpan.FromSeconds(119), TimeSpan.FromSeconds(121));
        Assert.True(refusal.NeverSent);
    }

    [Fact]
    public async Task Buckets_OfInteractions_AreForgotten()
    {
        for (var i = 0; i < 5_000; i++) await CallAsync(new(HttpMethod.Post, "interactions/{interaction}/{token}/callback", "x", $"{i}") { IsFree = true });

        Assert.Null(Limits.Look(DiscordApi.Message(1)));
    }

    private async Task CallAsync(DiscordRequest request, params (string Name, string Value)[] headers) => await CallAsync(request, HttpStatusCode.OK, "{}", headers);

    private async Task<TimeSpan?> CallAsync(DiscordRequest request, HttpStatusCode status, string body, params (string Name, string Value)[] headers)
    {
        var bucket = await Limits.EnterAsync(request, TimeSpan.FromSeconds(8), CancellationToken.None);
        using var response = new HttpResponseMessage(status);
        foreach (var (name, value) in headers) response.Headers.TryAddWithoutValidation(name, value);
        var pause = Limits.Learn(request, bucket, response, System.Text.Encoding.UTF8.GetBytes(body));
        bucket.Turn.Release();
        return pause;
    }
}
