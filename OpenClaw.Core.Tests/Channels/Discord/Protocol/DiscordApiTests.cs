using Microsoft.AspNetCore.Http;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol.Rest;

namespace OpenClaw.Core.Tests.Channels.Discord.Protocol;

public sealed class DiscordApiTests
{
    private const string Token = "MTIz.secret.part";

    [Theory]
    [InlineData(401, """{"code":0,"message":"401: Unauthorized"}""", FailureKind.Authentication, "Reset")]
    [InlineData(403, """{"code":50001,"message":"Missing Access"}""", FailureKind.Permanent, "View Channel")]
    [InlineData(403, """{"code":50013,"message":"Missing Permissions"}""", FailureKind.Permanent, "Send Messages")]
    [InlineData(403, """{"code":50007,"message":"Cannot send messages to this user"}""", FailureKind.Permanent, "direct messages")]
    [InlineData(404, """{"code":10003,"message":"Unknown Channel"}""", FailureKind.Permanent, "deleted")]
    [InlineData(404, """{"code":10008,"message":"Unknown Message"}""", FailureKind.Permanent, null)]
    [InlineData(400, """{"code":50035,"message":"Invalid Form Body","errors":{"content":{"_errors":[{"code":"X","message":"Must be 2000 or fewer in length."}]}}}""", FailureKind.Permanent, null)]
    [InlineData(500, "<html>oops</html>", FailureKind.Transient, null)]
    [InlineData(502, "", FailureKind.Transient, null)]
    [InlineData(302, "", FailureKind.Permanent, "apiBaseUrl")]
    public async Task Refusal_SaysWhatAndWhatToDo(int status, string body, FailureKind kind, string? fix)
    {
        await using var server = await HttpServer.StartAsync(async http =>
        {
            http.Response.StatusCode = status;
            await http.Response.WriteAsync(body);
        });
        using var calls = new OutgoingCalls(null, "*");

        var refusal = await Assert.ThrowsAsync<DiscordException>(async () => await Api(calls, server.Url).CreateMessageAsync(1, new { content = "x" }, [], CancellationToken.None));

        Assert.Equal((kind, status), (refusal.Kind, refusal.Status));
        if (fix is null) Assert.True(refusal.Fix is null || kind == FailureKind.Permanent);
        else Assert.Contains(fix, refusal.Fix, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal.ToString(), StringComparison.Ordinal);
        if (body.Contains("50035", StringComparison.Ordinal)) Assert.Contains("content: Must be 2000 or fewer", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_HasUserAgentTokenAndJson()
    {
        string? agent = null, authorization = null, type = null, path = null;
        await using var server = await HttpServer.StartAsync(async http =>
        {
            (agent, authorization, type, path) = (http.Request.Headers.UserAgent, http.Request.Headers.Authorization, http.Request.ContentType, http.Request.Path + http.Request.QueryString);
            await http.Response.WriteAsync("""{"id":"5"}""");
        });
        using var calls = new OutgoingCalls(null, "*");

        var answer = await Api(calls, server.Url).CreateMessageAsync(1, new { content = "x" }, [], CancellationToken.None);

        Assert.Equal(5UL, answer.Id());
        Assert.StartsWith("DiscordBot (https://", agent, StringComparison.Ordinal);
        Assert.Equal(("Bot " + Token, "application/json", "/api/v10/channels/1/messages"), (authorization, type, path));
    }

    [Fact]
    public async Task Files_GoAsMultipart_OpenedAnewAtEachAttempt()
    {
        List<string> bodies = [];
        var opened = 0;
        await using var server = await HttpServer.StartAsync(async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            bodies.Add(await reader.ReadToEndAsync());
            http.Response.StatusCode = bodies.Count == 1 ? 429 : 200;
            await http.Response.WriteAsync(bodies.Count == 1 ? """{"retry_after":0.01,"global":false}""" : """{"id":"5"}""");
        });
        using var calls = new OutgoingCalls(null, "*");
        var file = new DiscordFile("a\"\r\nb.txt", "text/plain", _ =>
        {
            opened++;
            return new(new MemoryStream("contents"u8.ToArray()));
        });

        await Api(calls, server.Url).CreateMessageAsync(1, new { content = "x" }, [file], CancellationToken.None);

        Assert.Equal((2, 2), (opened, bodies.Count));
        Assert.All(bodies, b => Assert.True(b.Contains("payload_json", StringComparison.Ordinal) && b.Contains("files[0]", StringComparison.Ordinal) && b.Contains("contents", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task PrivateAddress_IsForbidden_WithTheKeyThatOpensIt()
    {
        using var calls = new OutgoingCalls(null);

        var refusal = await Assert.ThrowsAsync<DiscordException>(async () => await Api(calls, new("http://127.0.0.1:9/")).GetMeAsync(CancellationToken.None));

        Assert.Equal(FailureKind.Forbidden, refusal.Kind);
        Assert.Contains("Security:PrivateHosts", refusal.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NobodyThere_IsTransient_AndNeverSent()
    {
        using var calls = new OutgoingCalls(null, "*");

        var refusal = await Assert.ThrowsAsync<DiscordException>(async () => await Api(calls, RawServer.NobodyThere()).GetMeAsync(CancellationToken.None));

        Assert.Equal((FailureKind.Transient, true), (refusal.Kind, refusal.NeverSent));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("not json")]
    [InlineData("[]")]
    public async Task StrangeAnswer_IsNothing(string body)
    {
        await using var server = await HttpServer.StartAsync(http => http.Response.WriteAsync(body));
        using var calls = new OutgoingCalls(null, "*");

        var answer = await Api(calls, server.Url).GetMeAsync(CancellationToken.None);

        Assert.Equal((0UL, null), (answer.Id(), answer.Words("username")));
    }

    private static DiscordApi Api(OutgoingCalls calls, Uri url) =>
        new(calls.Http, new(url, "/api/v10/"), Token, new(new InvalidBudget(TimeProvider.System), TimeProvider.System), TimeProvider.System);
}
