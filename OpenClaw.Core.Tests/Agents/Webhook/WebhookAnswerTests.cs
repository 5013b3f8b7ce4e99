using System.Text;
using Microsoft.AspNetCore.Http;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Agents.Webhook;

public sealed class WebhookAnswerTests : IDisposable
{
    private readonly WebhookFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task AskAsync_Json_Answer()
    {
        var outcome = await _fixture.AnswerAsync("""{"messages":[{"text":"hi"},{"text":"there"}],"context":{"n":1},"preferences":{"p":2},"handoff":{"agent":"billing"},"end":true}""", "Application/JSON; charset=utf-8");

        Assert.Equal(["hi", "there"], outcome.Replies.Select(r => r.Text.ToString()));
        Assert.Equal("""{"n":1}""", outcome.Context?.GetRawText());
        Assert.Equal("""{"p":2}""", outcome.Preferences?.GetRawText());
        Assert.Equal("billing", outcome.Handoff?.Agent);
        Assert.True(outcome.End);
    }

    [Fact]
    public async Task AskAsync_EmptyObjectOr204_AnswerWithoutMessages()
    {
        foreach (var outcome in new[] { await _fixture.AnswerAsync("{}"), await _fixture.AskAsync(c => Status(c, 204)) })
        {
            Assert.True(outcome.IsAnswer);
            Assert.Empty(outcome.Replies);
        }
    }

    [Fact]
    public async Task AskAsync_202_Later()
    {
        await using var server = await HttpServer.StartAsync(c => Status(c, 202));

        var outcome = await _fixture.AskAsync(WebhookFixture.Model(server.Url, answerWithinSeconds: 90));

        Assert.True(outcome.IsLater);
        Assert.Equal(TimeSpan.FromSeconds(90), outcome.AnswerWithin);
    }

    [Fact]
    public async Task AskAsync_Stream_DeltasAndMessagesInOrder()
    {
        var outcome = await _fixture.StreamAsync(
            """
            : hello

            event: delta
            data: {"text":"Hel"}

            event: delta
            data: {"text":"lo"}

            event: message
            data: {"text":"Hello!",
            data:  "buttons":[{"text":"Yes"}]}

            event: ping
            data: whatever

            event: delta
            data: {"text":"second"}

            event: done
            data: {"context":{"n":1},"end":true}


            """.ReplaceLineEndings("\n"));

        Assert.Equal([(0, "Hel"), (0, "lo"), (1, "second")], _fixture.Sink.Deltas);
        Assert.Equal(["Hello!", "second"], outcome.Replies.Select(r => r.Text.ToString()));
        Assert.Equal("Yes", Assert.Single(outcome.Replies[0].Extras!.Buttons!).Value);
        Assert.Equal("""{"n":1}""", outcome.Context?.GetRawText());
        Assert.True(outcome.End);
    }

    [Fact]
    public async Task AskAsync_StreamStillOpen_DeltasArriveMeanwhile()
    {
        var goOn = new TaskCompletionSource();
        await using var server = await HttpServer.StartAsync(async c =>
        {
            c.Response.ContentType = "text/event-stream";
            await c.Response.WriteAsync("event: delta\ndata: {\"text\":\"a\"}\n\n");
            await goOn.Task;
            await c.Response.WriteAsync("event: done\n\n");
        });

        var asked = _fixture.AskAsync(server.Url);
        await _fixture.Sink.WaitForAsync(1);
        Assert.False(asked.IsCompleted);

        goOn.SetResult();
        Assert.Equal("a", Assert.Single((await asked).Replies).Text.ToString());
    }

    [Fact]
    public async Task AskAsync_DoneAndThenOpenConnection_Complete()
    {
        await using var server = await HttpServer.StartAsync(async c =>
        {
            c.Response.ContentType = "text/event-stream";
            await c.Response.WriteAsync("event: done\ndata: {}\n\n");
            await c.Response.Body.FlushAsync();
            await HttpServer.AbortedAsync(c);
        });

        Assert.True((await _fixture.AskAsync(server.Url)).IsAnswer);
    }

    [Theory]
    [InlineData("event: error\ndata: {\"code\":\"busy\",\"message\":\"later\"}\n\n", FailureKind.Transient, DeadLetterCauses.AgentError, "busy: later")]
    [InlineData("event: error\ndata: {\"retry\":false}\n\n", FailureKind.Permanent, DeadLetterCauses.AgentError, "error")]
    [InlineData("event: error\n\n", FailureKind.Transient, DeadLetterCauses.AgentError, "error")]
    [InlineData("event: delta\ndata: {\"text\":5}\n\n", FailureKind.Permanent, DeadLetterCauses.AgentBadAnswer, "text must be a string")]
    [InlineData("event: delta\ndata: {}\n\n", FailureKind.Permanent, DeadLetterCauses.AgentBadAnswer, "'delta'")]
    [InlineData("event: message\ndata: nonsense\n\n", FailureKind.Permanent, DeadLetterCauses.AgentBadAnswer, "nonsense")]
    [InlineData("event: done\ndata: []\n\n", FailureKind.Permanent, DeadLetterCauses.AgentBadAnswer, "'done'")]
    [InlineData("", FailureKind.Transient, DeadLetterCauses.AgentUnreachable, "done")]
    [InlineData("event: message\ndata: {\"text\":\"x\"}\n\n", FailureKind.Transient, DeadLetterCauses.AgentUnreachable, "done")]
    [InlineData("event: done\ndata: {}", FailureKind.Transient, DeadLetterCauses.AgentUnreachable, "done")]
    public async Task AskAsync_StreamThatFails_Outcome(string events, FailureKind kind, string cause, string words)
    {
        var outcome = await _fixture.StreamAsync(events);

        Assert.Equal((kind, cause), (outcome.Failure?.Kind, outcome.Failure?.Cause));
        Assert.Contains(words, outcome.Failure?.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AskAsync_Attachment_FetchedIntoTheBlobStore()
    {
        await using var files = await HttpServer.StartAsync(c =>
        {
            c.Response.ContentType = "application/pdf; x=y";
            c.Response.Headers.ContentDisposition = "attachment; filename=\"../../etc/report.pdf\"";
            return c.Response.WriteAsync("bytes");
        });

        var outcome = await _fixture.AnswerAsync($$"""{"messages":[{"text":"here","attachments":[{"url":"{{files.Url}}x"}]}]}""");

        var reply = Assert.Single(outcome.Replies);
        var attachment = Assert.Single(reply.Extras!.Attachments!);
        Assert.Equal(("report.pdf", "application/pdf", 5L), (attachment.Name, attachment.ContentType, attachment.Size));
        Assert.Equal("bytes", Encoding.UTF8.GetString(_fixture.Blobs.Kept[(AgentSamples.Tenant.Id, attachment.Blob)]));
        Assert.Equal("here", reply.Text.ToString());
    }

    [Theory]
    [InlineData("/a/b%20c.txt", "b c.txt")]
    [InlineData("/", "attachment")]
    [InlineData("/..%2F..%2Fpasswd", "passwd")]
    public async Task AskAsync_AttachmentWithoutName_NamedByItsUrl(string path, string name)
    {
        await using var files = await HttpServer.StartAsync(c => c.Response.WriteAsync("x"));

        var outcome = await _fixture.AnswerAsync($$"""{"messages":[{"attachments":[{"url":"{{files.Url.AbsoluteUri.TrimEnd('/')}}{{path}}"}]}]}""");

        var attachment = Assert.Single(Assert.Single(outcome.Replies).Extras!.Attachments!);
        Assert.Equal((name, "application/octet-stream"), (attachment.Name, attachment.ContentType));
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("large")]
    [InlineData("endless")]
    [InlineData("broken")]
    public async Task AskAsync_AttachmentThatCannotBeHad_ItsUrlInTheText(string path)
    {
        await using var files = await HttpServer.StartAsync(async c =>
        {
            if (c.Request.Path == "/missing") c.Response.StatusCode = 404;
            else if (c.Request.Path == "/large") c.Response.ContentLength = 1_001;
            else if (c.Request.Path == "/broken") c.Response.ContentLength = 10;
            await c.Response.WriteAsync(c.Request.Path == "/endless" ? new string('x', 5_000) : "x");
            if (c.Request.Path != "/endless") c.Abort();
        });

        var outcome = await _fixture.AnswerAsync($$"""{"messages":[{"text":"see","attachments":[{"url":"{{files.Url}}{{path}}"}]}]}""");

        var reply = Assert.Single(outcome.Replies);
        Assert.Equal($"see\n{files.Url}{path}", reply.Text.ToString());
        Assert.Null(reply.Extras);
        Assert.Empty(_fixture.Blobs.Kept);
    }

    [Fact]
    public async Task AskAsync_AttachmentAtAForbiddenPlace_NotShownToThePeople()
    {
        var outcome = await _fixture.AnswerAsync("""{"messages":[{"attachments":[{"url":"http://169.254.169.254/latest/meta-data"}]}]}""");

        Assert.Equal("[attachment not available]", Assert.Single(outcome.Replies).Text.ToString());
    }

    private static Task Status(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
