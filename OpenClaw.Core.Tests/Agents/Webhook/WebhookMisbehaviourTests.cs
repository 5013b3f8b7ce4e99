using System.Text;
using Microsoft.AspNetCore.Http;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Agents.Webhook;

public sealed class WebhookMisbehaviourTests : IDisposable
{
    private const string Delta = "event: delta\ndata: {\"text\":\"x\"}\n\n";

    private readonly WebhookFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(400, FailureKind.Permanent, DeadLetterCauses.AgentError)]
    [InlineData(401, FailureKind.Authentication, DeadLetterCauses.AgentError)]
    [InlineData(404, FailureKind.Permanent, DeadLetterCauses.AgentError)]
    [InlineData(408, FailureKind.Transient, DeadLetterCauses.AgentError)]
    [InlineData(425, FailureKind.Transient, DeadLetterCauses.AgentError)]
    [InlineData(429, FailureKind.RateLimited, DeadLetterCauses.AgentError)]
    [InlineData(500, FailureKind.Transient, DeadLetterCauses.AgentError)]
    [InlineData(503, FailureKind.Transient, DeadLetterCauses.AgentError)]
    [InlineData(599, FailureKind.Transient, DeadLetterCauses.AgentError)]
    [InlineData(201, FailureKind.Permanent, DeadLetterCauses.AgentBadAnswer)]
    [InlineData(206, FailureKind.Permanent, DeadLetterCauses.AgentBadAnswer)]
    [InlineData(301, FailureKind.Permanent, DeadLetterCauses.AgentBadAnswer)]
    public async Task AskAsync_Status_KindAndCauseWithTheBody(int status, FailureKind kind, string cause)
    {
        var outcome = await _fixture.AnswerAsync("oh dear", "text/plain", status);

        Assert.Equal((kind, cause), (outcome.Failure?.Kind, outcome.Failure?.Cause));
        Assert.Equal($"HTTP {status}\noh dear", outcome.Failure?.Detail);
        Assert.Null(outcome.Failure?.RetryAfter);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("0", 0)]
    [InlineData("Sun, 22 Nov 2026 10:01:00 GMT", 60)]
    [InlineData("Sun, 22 Nov 2026 09:00:00 GMT", 0)]
    [InlineData("99999999", 86_400)]
    [InlineData("soon", null)]
    public async Task AskAsync_RetryAfter_Honoured(string value, int? seconds)
    {
        foreach (var status in new[] { 429, 503 })
        {
            var outcome = await _fixture.AskAsync(c =>
            {
                c.Response.StatusCode = status;
                c.Response.Headers.RetryAfter = value;
                return Task.CompletedTask;
            });

            Assert.Equal(seconds, outcome.Failure?.RetryAfter?.TotalSeconds);
        }
    }

    [Fact]
    public async Task AskAsync_HtmlErrorPage_FirstTwoKilobytesWithoutControlCharacters()
    {
        var outcome = await _fixture.AnswerAsync("<html>\u0007" + new string('é', 10_000), "text/html", 502);

        var detail = outcome.Failure!.Detail;
        Assert.StartsWith("HTTP 502\n<html> é", detail, StringComparison.Ordinal);
        Assert.InRange(Encoding.UTF8.GetByteCount(detail), 2_048, 2_100);
        Assert.DoesNotContain('\uFFFD', detail);
    }

    [Theory]
    [InlineData("garbage", "application/json", "not JSON")]
    [InlineData("", "application/json", "not JSON")]
    [InlineData("{\"messages\":5}", "application/json", "messages must be an array")]
    [InlineData("<html>oops</html>", "text/html", "content type is text/html")]
    [InlineData("{}", "text/plain", "content type is text/plain")]
    [InlineData("{}", "", "content type is missing")]
    public async Task AskAsync_WrongAnswer_BadAnswerWithStatusAndBody(string body, string type, string words)
    {
        var outcome = await _fixture.AnswerAsync(body, type);

        Assert.Equal((FailureKind.Permanent, DeadLetterCauses.AgentBadAnswer), (outcome.Failure?.Kind, outcome.Failure?.Cause));
        Assert.StartsWith("HTTP 200", outcome.Failure?.Detail, StringComparison.Ordinal);
        Assert.Contains(words, outcome.Failure?.Detail, StringComparison.Ordinal);
        Assert.EndsWith(body, outcome.Failure?.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AskAsync_InvalidUtf8_BadAnswer()
    {
        var outcome = await _fixture.AskAsync(async c =>
        {
            c.Response.ContentType = "application/json";
            await c.Response.Body.WriteAsync((byte[])[.. "{\"messages\":[{\"text\":\""u8, 0xFF, 0xFE, .. "\"}]}"u8]);
        });

        Assert.Equal(DeadLetterCauses.AgentBadAnswer, outcome.Failure?.Cause);
        Assert.Contains("UTF-8", outcome.Failure?.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AskAsync_DeepJson_BadAnswer() =>
        Assert.Equal(DeadLetterCauses.AgentBadAnswer, (await _fixture.AnswerAsync("{\"context\":" + new string('[', 1_000_000))).Failure?.Cause);

    [Fact]
    public async Task AskAsync_Compressed_BadAnswerSaysSo()
    {
        var outcome = await _fixture.AskAsync(c =>
        {
            c.Response.ContentType = "application/json";
            c.Response.Headers.ContentEncoding = "gzip";
            return c.Response.WriteAsync("x");
        });

        Assert.Equal(DeadLetterCauses.AgentBadAnswer, outcome.Failure?.Cause);
        Assert.Contains("gzip", outcome.Failure?.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/json", "{\"messages\":[{\"text\":\"", "x")]
    [InlineData("text/event-stream", ": ", "x")]
    [InlineData("text/event-stream", ": ", "\n\n: x")]
    public async Task AskAsync_HundredMegabytes_HangsUpAtTheLimit(string type, string start, string more)
    {
        var sent = 0;
        await using var server = new RawServer(async stream =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nConnection: close\r\n\r\n{start}"));
            var chunk = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(more, 100_000 / more.Length)));
            for (; sent < 100_000_000; sent += chunk.Length) await stream.WriteAsync(chunk);
        });

        var outcome = await _fixture.AskAsync(server.Url);

        Assert.Equal((FailureKind.Permanent, DeadLetterCauses.AgentAnswerTooLarge), (outcome.Failure?.Kind, outcome.Failure?.Cause));
        await server.ServedAsync();
        Assert.InRange(sent, 100_000, 50_000_000); // what the sockets between hold counts as sent
    }

    [Fact]
    public async Task AskAsync_LengthAboveTheLimit_NotEvenRead()
    {
        var outcome = await _fixture.AskAsync(async c =>
        {
            c.Response.ContentType = "application/json";
            c.Response.ContentLength = 4 * 1024 * 1024 + 1;
            await c.Response.Body.FlushAsync();
            await HttpServer.AbortedAsync(c);
        });

        Assert.Equal(DeadLetterCauses.AgentAnswerTooLarge, outcome.Failure?.Cause);
    }

    [Fact]
    public async Task AskAsync_JsonAtTheLimit_Taken()
    {
        const string Frame = "{\"messages\":[{\"text\":\"\"}]}";
        var text = new string('x', (4 * 1024 * 1024) - Frame.Length);

        var outcome = await _fixture.AnswerAsync(Frame.Replace("\"\"", $"\"{text}\"", StringComparison.Ordinal));

        Assert.Equal(text.Length, Assert.Single(outcome.Replies).Text.Length);
    }

    [Fact]
    public async Task AskAsync_EndlessStream_TooLarge()
    {
        var outcome = await _fixture.AskAsync(async c =>
        {
            c.Response.ContentType = "text/event-stream";
            var delta = $"event: delta\ndata: {{\"text\":\"{new string('x', 10_000)}\"}}\n\n";
            try
            {
                while (!c.RequestAborted.IsCancellationRequested) await c.Response.WriteAsync(delta, c.RequestAborted);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // the gateway hung up
            }
        });

        Assert.Equal(DeadLetterCauses.AgentAnswerTooLarge, outcome.Failure?.Cause);
    }

    [Theory]
    [InlineData("application/json", "{\"messages\":[")]
    [InlineData("text/event-stream", "event: delta\ndata: {\"text\":\"a\"}\n\nevent: del")]
    public async Task AskAsync_CutMidWay_BrokenConnection(string type, string start)
    {
        var outcome = await _fixture.AskAsync(async c =>
        {
            c.Response.ContentType = type;
            await c.Response.WriteAsync(start);
            await c.Response.Body.FlushAsync();
            c.Abort();
        });

        Assert.Equal((FailureKind.Transient, DeadLetterCauses.AgentUnreachable), (outcome.Failure?.Kind, outcome.Failure?.Cause));
    }

    [Fact]
    public async Task AskAsync_NoAnswerAtAll_Timeout()
    {
        var asked = new TaskCompletionSource();
        await using var server = await HttpServer.StartAsync(async c =>
        {
            asked.SetResult();
            await HttpServer.AbortedAsync(c);
        });

        var answer = _fixture.AskAsync(WebhookFixture.Model(server.Url, timeoutSeconds: 5));
        await asked.Task;
        _fixture.Clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(answer.IsCompleted);
        _fixture.Clock.Advance(TimeSpan.FromSeconds(0.1));

        var failure = (await answer).Failure;
        Assert.Equal((FailureKind.Timeout, DeadLetterCauses.AgentTimeout), (failure?.Kind, failure?.Cause));
        Assert.Contains("5 s", failure?.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AskAsync_JsonThatDrips_TimeoutForTheWhole()
    {
        var outcome = await DripAsync("application/json", "{\"messages\":[]", " ", TimeSpan.FromSeconds(1), steps: 5, url => WebhookFixture.Model(url, timeoutSeconds: 5));

        Assert.Equal(DeadLetterCauses.AgentTimeout, outcome.Failure?.Cause);
    }

    [Fact]
    public async Task AskAsync_EventThatDrips_TimeoutAsIfNothingCame()
    {
        var outcome = await DripAsync("text/event-stream", Delta + "data: ", "x", TimeSpan.FromSeconds(1), steps: 5, url => WebhookFixture.Model(url, timeoutSeconds: 5));

        Assert.Equal(DeadLetterCauses.AgentTimeout, outcome.Failure?.Cause);
    }

    [Fact]
    public async Task AskAsync_LivelyStream_EndsAtItsOverallLimit()
    {
        var outcome = await DripAsync("text/event-stream", Delta, Delta, TimeSpan.FromSeconds(4), steps: 8, url => WebhookFixture.Model(url, timeoutSeconds: 5, answerWithinSeconds: 30));

        Assert.Equal(DeadLetterCauses.AgentTimeout, outcome.Failure?.Cause);
        Assert.InRange(_fixture.Sink.Deltas.Count, 8, 9);
    }

    [Fact]
    public async Task AskAsync_CommentsBetweenEvents_KeepTheStreamAlive()
    {
        var outcome = await DripAsync("text/event-stream", Delta, ": ping\n" + Delta, TimeSpan.FromSeconds(4), steps: 5, url => WebhookFixture.Model(url, timeoutSeconds: 5), end: "event: done\n\n");

        Assert.True(outcome.IsAnswer);
    }

    [Fact]
    public async Task AskAsync_CancelledInTheMiddleOfAStream_TheAgentSeesItsConnectionClosed()
    {
        using var stop = new CancellationTokenSource();
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await HttpServer.StartAsync(async c =>
        {
            c.Response.ContentType = "text/event-stream";
            await c.Response.WriteAsync(Delta);
            await c.Response.Body.FlushAsync();
            await HttpServer.AbortedAsync(c);
            closed.TrySetResult();
        });
        var asking = _fixture.AskAsync(server.Url, stop.Token);
        await _fixture.Sink.WaitForAsync(1);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await closed.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task AskAsync_GatewayStops_CancellationPasses()
    {
        using var stop = new CancellationTokenSource();
        await using var server = await HttpServer.StartAsync(async c =>
        {
            await stop.CancelAsync();
            await HttpServer.AbortedAsync(c);
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _fixture.AskAsync(server.Url, stop.Token));
    }

    [Fact]
    public async Task AskAsync_Redirect_BadAnswerAndNotFollowed()
    {
        var followed = false;
        await using var inner = await HttpServer.StartAsync(c =>
        {
            followed = true;
            return Task.CompletedTask;
        });
        var outcome = await _fixture.AskAsync(c =>
        {
            c.Response.StatusCode = 307;
            c.Response.Headers.Location = inner.Url.AbsoluteUri;
            return Task.CompletedTask;
        });

        Assert.Equal(DeadLetterCauses.AgentBadAnswer, outcome.Failure?.Cause);
        Assert.Contains("redirects are not followed", outcome.Failure?.Detail, StringComparison.Ordinal);
        Assert.False(followed);
    }

    [Fact]
    public async Task AskAsync_NobodyListens_Unreachable()
    {
        var outcome = await _fixture.AskAsync(RawServer.NobodyThere());

        Assert.Equal((FailureKind.Transient, DeadLetterCauses.AgentUnreachable), (outcome.Failure?.Kind, outcome.Failure?.Cause));
    }

    [Fact]
    public async Task AskAsync_NameUnknownToDns_Unreachable()
    {
        using var fixture = new WebhookFixture(new FakeResolver(""));

        var outcome = await fixture.AskAsync(new Uri("http://nowhere.example/"));

        Assert.Equal((FailureKind.Transient, DeadLetterCauses.AgentUnreachable), (outcome.Failure?.Kind, outcome.Failure?.Cause));
    }

    [Fact]
    public async Task AskAsync_ForbiddenDestination_NamesTheKey()
    {
        using var fixture = new WebhookFixture(new FakeResolver("10.0.0.5"));

        var outcome = await fixture.AskAsync(new Uri("http://intranet.example/"));

        Assert.Equal((FailureKind.Forbidden, DeadLetterCauses.DestinationForbidden), (outcome.Failure?.Kind, outcome.Failure?.Cause));
        Assert.Contains("Security:PrivateHosts", outcome.Failure?.Detail, StringComparison.Ordinal);
        Assert.Contains("intranet.example", outcome.Failure?.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://2130706433/")]
    [InlineData("http://0x7f.1/")]
    [InlineData("http://127.0.0.1./")]
    [InlineData("http://１２７.０.０.１/")]
    [InlineData("http://127。0。0。1/")]
    [InlineData("http://[::ffff:127.0.0.1]/")]
    [InlineData("http://[fe80::1%25lo]/")]
    [InlineData("http://xn--a/")]
    [InlineData("http://a_b/")]
    [InlineData("http://127.0.0.1:0/")]
    [InlineData("http://999.999.999.999/")]
    public async Task AskAsync_OddHost_NeverReachedNorAFaultOfTheGateway(string url)
    {
        await using var server = await HttpServer.StartAsync(c => c.Response.WriteAsync("secret"));
        using var fixture = new WebhookFixture(null, 1_000, "192.0.2.1");
        var address = new UriBuilder(url) { Port = url.EndsWith(":0/", StringComparison.Ordinal) ? 0 : server.Url.Port }.Uri;

        var outcome = await fixture.AskAsync(address);

        Assert.Contains(outcome.Failure?.Cause, new[] { DeadLetterCauses.DestinationForbidden, DeadLetterCauses.AgentUnreachable });
    }

    [Theory]
    [InlineData("", DeadLetterCauses.AgentUnreachable)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Ty", DeadLetterCauses.AgentUnreachable)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{}", DeadLetterCauses.AgentUnreachable)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", DeadLetterCauses.AgentBadAnswer)]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n", DeadLetterCauses.AgentBadAnswer)]
    [InlineData("HTTP/1.1 abc\r\n\r\n", DeadLetterCauses.AgentBadAnswer)]
    public async Task AskAsync_NotHttp_Outcome(string answer, string cause)
    {
        await using var server = new RawServer(stream => stream.WriteAsync(Encoding.ASCII.GetBytes(answer)).AsTask());

        Assert.Equal(cause, (await _fixture.AskAsync(server.Url)).Failure?.Cause);
    }

    [Fact]
    public async Task AskAsync_HugeHeaders_TooLarge()
    {
        await using var server = new RawServer(stream => stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nX: {new string('x', 200_000)}\r\n\r\n")).AsTask());

        Assert.Equal(DeadLetterCauses.AgentAnswerTooLarge, (await _fixture.AskAsync(server.Url)).Failure?.Cause);
    }

    /// <summary>The server sends a piece, the clock moves on, and so forth: it gives the last push after <paramref name="steps"/> pauses.</summary>
    private async Task<AgentOutcome> DripAsync(string type, string start, string piece, TimeSpan pause, int steps, Func<Uri, AgentModel> model, string? end = null)
    {
        var started = new TaskCompletionSource();
        using var next = new SemaphoreSlim(0);
        await using var server = await HttpServer.StartAsync(async c =>
        {
            c.Response.ContentType = type;
            await c.Response.WriteAsync(start);
            await c.Response.Body.FlushAsync();
            started.SetResult();
            for (var i = 0; i < steps; i++)
            {
                await next.WaitAsync(c.RequestAborted);
                await c.Response.WriteAsync(i == steps - 1 && end is not null ? end : piece, c.RequestAborted);
            }
        });
        var asked = _fixture.AskAsync(model(server.Url));
        await started.Task;
        for (var i = 1; i <= steps; i++)
        {
            if (type == "text/event-stream") await _fixture.Sink.WaitForAsync(piece.Contains("delta", StringComparison.Ordinal) ? i : 1);
            Assert.False(asked.IsCompleted);
            _fixture.Clock.Advance(pause);
            next.Release();
        }

        return await asked;
    }
}
