using System.Text;
using Microsoft.AspNetCore.Http;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Agents.OpenAi;

public sealed class OpenAiMisbehaviourTests : IDisposable
{
    private readonly OpenAiFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(400, "bad", null, FailureKind.Permanent, "refused the request")]
    [InlineData(401, "Incorrect API key provided", "invalid_api_key", FailureKind.Authentication, "refused the API key")]
    [InlineData(402, "Insufficient Balance", null, FailureKind.Permanent, "credit")]
    [InlineData(402, "pay", null, FailureKind.Permanent, "billing")]
    [InlineData(403, "no", null, FailureKind.Authentication, "what the key may do")]
    [InlineData(404, "The model `gpt-9` does not exist", "model_not_found", FailureKind.Permanent, "does not have this model")]
    [InlineData(408, "late", null, FailureKind.Transient, "try again")]
    [InlineData(409, "conflict", null, FailureKind.Transient, "try again")]
    [InlineData(422, "no", null, FailureKind.Permanent, "refused the request")]
    [InlineData(429, "slow down", "rate_limit_exceeded", FailureKind.RateLimited, "limits how often")]
    [InlineData(429, "You exceeded your current quota", "insufficient_quota", FailureKind.Permanent, "credit")]
    [InlineData(400, "filtered", "content_filter", FailureKind.Permanent, "content filter")]
    [InlineData(500, "oh dear", null, FailureKind.Transient, "failed")]
    [InlineData(503, "loading model", null, FailureKind.Transient, "not ready")]
    [InlineData(529, "overloaded", null, FailureKind.Transient, "overloaded")]
    public async Task AskAsync_Status_KindAndWords(int status, string message, string? code, FailureKind kind, string words)
    {
        var outcome = await _fixture.AskAsync(ModelServer.Error(status, message, code));

        Assert.Equal((kind, DeadLetterCauses.AgentError), (outcome.Failure?.Kind, outcome.Failure?.Cause));
        Assert.StartsWith($"HTTP {status}: ", outcome.Failure!.Detail, StringComparison.Ordinal);
        Assert.Contains(words, outcome.Failure.Detail, StringComparison.Ordinal);
        Assert.Contains(message, outcome.Failure.Detail, StringComparison.Ordinal);
        Assert.NotNull(outcome.Report);
    }

    [Theory]
    [InlineData("retry-after-ms", "1500", 1.5)]
    [InlineData("Retry-After", "7", 7d)]
    [InlineData("Retry-After", "0.5", 0.5)]
    [InlineData("Retry-After", "Sun, 22 Nov 2026 10:01:00 GMT", 60d)]
    [InlineData("Retry-After", "Sun, 22 Nov 2026 09:01:00 GMT", 0d)]
    [InlineData("Retry-After", "99999999999", 86_400d)]
    [InlineData("Retry-After", "-5", 0d)]
    [InlineData("Retry-After", "soon", null)]
    [InlineData("x-ratelimit-reset-requests", "1s", 1d)]
    [InlineData("x-ratelimit-reset-tokens", "6m0s", 360d)]
    [InlineData("x-ratelimit-reset-tokens", "250ms", 0.25)]
    [InlineData("x-ratelimit-reset", "1795341660000", 60d)]
    [InlineData("x-ratelimit-reset", "1795341660", 60d)]
    [InlineData("X-RateLimit-Reset", "30", 30d)]
    [InlineData("X-Other", "1", null)]
    public async Task AskAsync_PauseAskedFor_Honoured(string header, string value, double? seconds)
    {
        var outcome = await _fixture.AskAsync(ModelServer.Error(429, "slow down", null, (header, value)));

        Assert.Equal((FailureKind.RateLimited, seconds), (outcome.Failure?.Kind, outcome.Failure?.RetryAfter?.TotalSeconds));
    }

    [Fact]
    public async Task AskAsync_PauseInTheWords_Honoured()
    {
        Assert.Equal(1.242, (await _fixture.AskAsync(ModelServer.Error(429, "Rate limit reached. Please try again in 1.242s. Visit …"))).Failure?.RetryAfter?.TotalSeconds);
        Assert.Equal(62, (await _fixture.AskAsync(ModelServer.Error(429, "Please try again in 1m2s."))).Failure?.RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task AskAsync_SeveralLimits_TheOneThatIsUsedUp()
    {
        var outcome = await _fixture.AskAsync(ModelServer.Error(429, "slow down", null, ("x-ratelimit-remaining-requests", "99"), ("x-ratelimit-reset-requests", "10m"), ("x-ratelimit-remaining-tokens", "0"), ("x-ratelimit-reset-tokens", "2s")));

        Assert.Equal(2, outcome.Failure?.RetryAfter?.TotalSeconds);
    }

    [Theory]
    [InlineData("""{"error":"model 'x' not found, try pulling it first"}""", "try pulling it first")]
    [InlineData("""[{"error":{"code":404,"message":"gone away","status":"NOT_FOUND"}}]""", "gone away")]
    [InlineData("""{"object":"error","message":"no such model","code":404}""", "no such model")]
    [InlineData("""{"detail":[{"loc":["body"],"msg":"field required"}]}""", "field required")]
    public async Task AskAsync_ErrorsInOtherForms_Understood(string body, string words)
    {
        var outcome = await _fixture.AskAsync(ModelServer.Answer(body, status: 404));

        Assert.Contains(words, outcome.Failure!.Detail, StringComparison.Ordinal);
        Assert.Contains("does not have this model", outcome.Failure.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>404 page not found</html>", "text/html", 404, FailureKind.Permanent, "no Chat Completions API")]
    [InlineData("<html>Bad gateway</html>", "text/html", 502, FailureKind.Transient, "Bad gateway")]
    [InlineData("<html>Sign in</html>", "text/html", 200, FailureKind.Permanent, "baseUrl")]
    [InlineData("{\"hello\":1}", "application/json", 200, FailureKind.Permanent, "no answer of the Chat Completions API")]
    [InlineData("", "application/json", 200, FailureKind.Permanent, "no answer of the Chat Completions API")]
    [InlineData("{\"choices\":[{\"mess", "application/json", 200, FailureKind.Permanent, "no answer")]
    [InlineData("", "", 204, FailureKind.Permanent, "no answer")]
    public async Task AskAsync_NotTheApi_SaysSo(string body, string type, int status, FailureKind kind, string words)
    {
        var outcome = await _fixture.AskAsync(ModelServer.Answer(body, type, status));

        Assert.Equal(kind, outcome.Failure?.Kind);
        Assert.Contains(words, outcome.Failure!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AskAsync_Redirect_NotFollowed()
    {
        var outcome = await _fixture.AskAsync(ModelServer.Answer("", "", 307, ("Location", "https://elsewhere.example/v1")));

        Assert.Equal((FailureKind.Permanent, DeadLetterCauses.AgentBadAnswer), (outcome.Failure?.Kind, outcome.Failure?.Cause));
        Assert.Contains("https://elsewhere.example/v1", outcome.Failure!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AskAsync_ServerRepeatsTheKey_TakenOut()
    {
        foreach (var answer in new[] { ModelServer.Error(401, "Incorrect API key provided: " + OpenAiFixture.Key), ModelServer.Answer("<p>" + OpenAiFixture.Key, "text/html", 502), ModelServer.Answer("<p>" + OpenAiFixture.Key, "text/html"), ModelServer.Stream("data: {" + OpenAiFixture.Key + "\n\n") })
            Assert.DoesNotContain(OpenAiFixture.Key, (await _fixture.AskAsync(answer)).Failure!.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"par", DeadLetterCauses.AgentUnreachable)]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"par\n\n", DeadLetterCauses.AgentBadAnswer)]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"part\"}}]}\n\n", DeadLetterCauses.AgentUnreachable)]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"part\"}}]}\n\ndata: {\"error\":{\"message\":\"CUDA out of memory\",\"code\":500}}\n\n", DeadLetterCauses.AgentError)]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"part\"}}]}\n\nevent: error\ndata: CUDA out of memory\n\n", DeadLetterCauses.AgentError)]
    [InlineData("data: 5\n\n", DeadLetterCauses.AgentBadAnswer)]
    [InlineData("", DeadLetterCauses.AgentUnreachable)]
    [InlineData("data: [DO", DeadLetterCauses.AgentUnreachable)]
    public async Task AskAsync_StreamBreaks_Transient(string events, string cause)
    {
        await using var server = await ModelServer.StartAsync(ModelServer.Stream(events));

        var outcome = await _fixture.AskAsync(OpenAiFixture.Model(server.Url));

        Assert.Single(server.Requests); // nothing below tries again
        Assert.Equal((FailureKind.Transient, cause), (outcome.Failure?.Kind, outcome.Failure?.Cause));
    }

    [Fact]
    public async Task AskAsync_RateLimitWithinTheStream_RateLimited()
    {
        Assert.Equal(FailureKind.RateLimited, (await _fixture.AskAsync(ModelServer.Stream("data: {\"error\":{\"message\":\"Rate limit exceeded\",\"code\":429}}\n\n"))).Failure?.Kind);
        Assert.Equal(FailureKind.RateLimited, (await _fixture.AskAsync(ModelServer.Answer("{\"error\":{\"message\":\"too fast\",\"code\":429}}"))).Failure?.Kind);
    }

    [Fact]
    public async Task AskAsync_ConnectionCut_Transient()
    {
        var outcome = await _fixture.AskAsync(async c =>
        {
            c.Response.ContentType = "text/event-stream";
            await c.Response.WriteAsync(ModelServer.Delta("part"));
            await c.Response.Body.FlushAsync();
            c.Abort();
        });

        Assert.Equal((FailureKind.Transient, DeadLetterCauses.AgentUnreachable), (outcome.Failure?.Kind, outcome.Failure?.Cause));
    }

    [Fact]
    public async Task AskAsync_NobodyThere_TransientAndNeverSent()
    {
        var outcome = await _fixture.AskAsync(OpenAiFixture.Model(RawServer.NobodyThere()));

        Assert.Equal((FailureKind.Transient, DeadLetterCauses.AgentUnreachable, true), (outcome.Failure?.Kind, outcome.Failure?.Cause, outcome.Failure?.NeverSent));
    }

    [Fact]
    public async Task AskAsync_PrivateAddress_Forbidden()
    {
        var outcome = await _fixture.AskAsync(OpenAiFixture.Model(new("http://169.254.169.254/v1")));

        Assert.Equal((FailureKind.Forbidden, DeadLetterCauses.DestinationForbidden, true), (outcome.Failure?.Kind, outcome.Failure?.Cause, outcome.Failure?.NeverSent));
    }

    [Theory]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"")]
    [InlineData("")]
    public async Task AskAsync_LineOfTenMegabytes_TooLarge(string start)
    {
        var outcome = await _fixture.AskAsync(async c =>
        {
            c.Response.ContentType = "text/event-stream";
            await c.Response.WriteAsync(start);
            var piece = Encoding.ASCII.GetBytes(new string('x', 1024 * 1024));
            for (var i = 0; i < 10 && !c.RequestAborted.IsCancellationRequested; i++) await c.Response.Body.WriteAsync(piece);
        });

        Assert.Equal((FailureKind.Permanent, DeadLetterCauses.AgentAnswerTooLarge), (outcome.Failure?.Kind, outcome.Failure?.Cause));
    }

    [Fact]
    public async Task AskAsync_TextWithoutEnd_TooLarge()
    {
        var outcome = await _fixture.AskAsync(async c =>
        {
            c.Response.ContentType = "text/event-stream";
            var piece = ModelServer.Delta(new string('x', 500_000));
            while (!c.RequestAborted.IsCancellationRequested) await c.Response.WriteAsync(piece);
        });

        Assert.Equal((FailureKind.Permanent, DeadLetterCauses.AgentAnswerTooLarge), (outcome.Failure?.Kind, outcome.Failure?.Cause));
    }

    [Theory]
    [InlineData(": still thinking\n\n", "{\"timeoutSeconds\":40}", 40, "nothing of the answer for 40 s (timeoutSeconds)")]
    [InlineData("event: ping\ndata:\n\n", "{\"timeoutSeconds\":40}", 40, "nothing of the answer for 40 s (timeoutSeconds)")]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"x \"}}]}\n\n", "{}", 600, "not complete after 600 s (answerWithinSeconds)")]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"x \"}}]}\n\n", "{\"answerWithinSeconds\":45}", 45, "not complete after 45 s (answerWithinSeconds)")]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"x \"}}]}\n\n", "{\"timeoutSeconds\":60,\"answerWithinSeconds\":45}", 45, "not complete after 45 s (answerWithinSeconds)")]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"x \"}}]}\n\n", "{\"timeoutSeconds\":900}", 900, "not complete after 900 s (answerWithinSeconds)")]
    public async Task AskAsync_GoesOnWithoutEnd_GivenUpAndSaysTheSetting(string piece, string settings, int seconds, string words)
    {
        await using var server = await ModelServer.StartAsync(async c =>
        {
            c.Response.ContentType = "text/event-stream";
            while (!c.RequestAborted.IsCancellationRequested)
            {
                await c.Response.WriteAsync(piece);
                await c.Response.Body.FlushAsync();
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System); // a flood could meet the limits of size before a slow test has moved the clock
            }
        });
        var start = _fixture.Clock.GetUtcNow();

        var asked = _fixture.AskAsync(OpenAiFixture.Model(server.Url, settings));
        await _fixture.Clock.WaitForTimersAsync();
        while (server.Requests.IsEmpty) await Task.Yield();
        var sent = 0;
        while (!asked.IsCompleted)
        {
            // only while it has the time to take what came
            if (_fixture.Sink.Deltas.Count != sent || piece[0] != 'd') _fixture.Clock.Advance(TimeSpan.FromSeconds(5));
            sent = _fixture.Sink.Deltas.Count;
            await Task.Yield();
        }

        var outcome = await asked;
        Assert.Equal((FailureKind.Timeout, DeadLetterCauses.AgentTimeout), (outcome.Failure?.Kind, outcome.Failure?.Cause));
        Assert.Contains(words, outcome.Failure!.Detail, StringComparison.Ordinal);
        Assert.True(_fixture.Clock.GetUtcNow() - start >= TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public async Task AskAsync_ChunksAfterTheLastWord_NotWaitedForLong()
    {
        await using var server = await ModelServer.StartAsync(async c =>
        {
            c.Response.ContentType = "text/event-stream";
            await c.Response.WriteAsync(ModelServer.Delta("done") + ModelServer.Chunk("{}", "stop"));
            while (!c.RequestAborted.IsCancellationRequested)
            {
                await c.Response.WriteAsync("data: {\"choices\":[]}\n\n");
                await c.Response.Body.FlushAsync();
                await Task.Yield();
            }
        });
        var start = _fixture.Clock.GetUtcNow();

        var asked = _fixture.AskAsync(OpenAiFixture.Model(server.Url, """{"timeoutSeconds":600,"answerWithinSeconds":3600}"""));
        await _fixture.Sink.WaitForAsync(1);
        while (!asked.IsCompleted)
        {
            _fixture.Clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System); // the last word comes over a real connection
        }

        Assert.Equal("done", Assert.Single((await asked).Replies).Text.ToString());
        Assert.True(_fixture.Clock.GetUtcNow() - start < TimeSpan.FromSeconds(600)); // not even the time-out of silence, let alone that of the whole
    }

    [Theory]
    [InlineData("data: {\"id\":\"c\"}\n\ndata: [DONE]\n\n", "text/event-stream")]
    [InlineData("data: {\"id\":\"c\",\"choices\":[]}\n\ndata: [DONE]\n\n", "text/event-stream")]
    [InlineData("data: [DONE]\n\n", "text/event-stream")]
    [InlineData("{\"id\":\"c\",\"choices\":[]}", "application/json")]
    public async Task AskAsync_NoChoicesAtAll_BadAnswer(string body, string type)
    {
        var outcome = await _fixture.AskAsync(ModelServer.Answer(body, type));

        Assert.Equal((FailureKind.Permanent, DeadLetterCauses.AgentBadAnswer), (outcome.Failure?.Kind, outcome.Failure?.Cause));
        Assert.Contains("choices", outcome.Failure!.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"\"}}]}\n\ndata: [DONE]\n\n", "text/event-stream")]
    [InlineData("{\"choices\":[{\"message\":{\"content\":\"\"}}]}", "application/json")]
    public async Task AskAsync_ChoiceWithoutContent_AnsweredWithNothing(string body, string type)
    {
        var outcome = await _fixture.AskAsync(ModelServer.Answer(body, type));

        Assert.True(outcome.IsAnswer);
        Assert.Empty(outcome.Replies);
        Assert.Equal("empty", Assert.Single(outcome.Report!.Steps).Name);
    }

    [Fact]
    public async Task AskAsync_NoTokenInTime_TimeoutSaysTheSetting()
    {
        await using var server = await ModelServer.StartAsync(HttpServer.AbortedAsync);

        var asked = _fixture.AskAsync(OpenAiFixture.Model(server.Url, """{"timeoutSeconds":5}"""));
        await _fixture.Clock.WaitForTimersAsync();
        _fixture.Clock.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal(DeadLetterCauses.AgentTimeout, (await asked).Failure?.Cause);
        Assert.Contains("timeoutSeconds", (await asked).Failure!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AskAsync_Cancelled_Throws()
    {
        await using var server = await ModelServer.StartAsync(async c =>
        {
            c.Response.ContentType = "text/event-stream";
            await c.Response.WriteAsync(ModelServer.Delta("part"));
            await c.Response.Body.FlushAsync();
            await HttpServer.AbortedAsync(c);
        });
        using var stop = new CancellationTokenSource();

        var asked = _fixture.AskAsync(OpenAiFixture.Model(server.Url), null, stop.Token);
        await _fixture.Sink.WaitForAsync(1);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    [Fact]
    public async Task AskAsync_Compressed_BadAnswer()
    {
        var outcome = await _fixture.AskAsync(ModelServer.Answer("x", "text/event-stream", 200, ("Content-Encoding", "gzip")));

        Assert.Contains("gzip", outcome.Failure?.Detail, StringComparison.Ordinal);
    }
}
