using OpenClaw.Core.Tests.Channels.WebSocket;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Connecting;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;
using static OpenClaw.Core.Tests.Channels.Email.Protocol.Smtp.SmtpSamples;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Smtp;

public sealed class SmtpPoolTests
{
    private readonly TestClock _clock = new();

    [Fact]
    public async Task SendAsync_MailsInARow_ShareAConnection()
    {
        await using var server = new SmtpServer();
        await using (var pool = new SmtpPool(DialAsync, _clock))
            for (var i = 0; i < 3; i++) await SendAsync(pool, server, $"mail {i}");
        Assert.Empty(server.Faults);
        Assert.Equal((1, 1, 3), (server.Steps["greeting"], server.Steps["QUIT"], server.Mails.Count));
    }

    [Fact]
    public async Task SendAsync_AfterAWhile_TheConnectionIsGone()
    {
        await using var server = new SmtpServer();
        await using var pool = new SmtpPool(DialAsync, _clock);
        await SendAsync(pool, server, "one");
        _clock.Advance(new SmtpPoolOptions().Idle);
        await TestWait.UntilAsync(() => server.Commands.Contains("QUIT"));
        await SendAsync(pool, server, "two");
        Assert.Equal(2, server.Steps["greeting"]);
    }

    [Fact]
    public async Task SendAsync_ManyMails_TheConnectionIsReplaced()
    {
        await using var server = new SmtpServer();
        await using var pool = new SmtpPool(DialAsync, _clock, new() { MailsPerConnection = 2 });
        for (var i = 0; i < 5; i++) await SendAsync(pool, server, "x");
        Assert.Equal((3, 5), (server.Steps["greeting"], server.Mails.Count));
    }

    [Theory]
    [InlineData("RSET", SmtpServer.Cut)]
    [InlineData("RSET", "421 4.4.2 idle too long")]
    [InlineData("MAIL", SmtpServer.Cut)]
    [InlineData("MAIL", "421 4.4.2 idle too long")]
    [InlineData("DATA", SmtpServer.Cut)]
    public async Task SendAsync_KeptConnectionIsDead_IsReplacedInSilence(string at, string reply)
    {
        await using var server = new SmtpServer { Script = (step, _, count) => step == at && count == (at == "RSET" ? 1 : 2) ? reply : null };
        await using var pool = new SmtpPool(DialAsync, _clock);
        await SendAsync(pool, server, "one");
        await SendAsync(pool, server, "two");
        Assert.Equal(["one\r\n", "two\r\n"], server.Mails.Select(m => m.Content));
        Assert.Equal(2, server.Steps["greeting"]);
    }

    [Fact]
    public async Task SendAsync_ServerHungUpMeanwhile_IsReplacedInSilence()
    {
        await using var server = new SmtpServer();
        await using var pool = new SmtpPool(DialAsync, _clock);
        await SendAsync(pool, server, "one");
        server.Drop();
        await SendAsync(pool, server, "two");
        Assert.Equal(2, server.Mails.Count);
    }

    [Theory]
    [InlineData("content", SmtpServer.Cut, true)]
    [InlineData("MAIL", "451 4.3.0 later", false)]
    [InlineData("content", "421 4.3.2 bye", false)]
    public async Task SendAsync_KeptConnectionFailsWithTheMail_IsNotTriedAgain(string at, string reply, bool mayBe)
    {
        await using var server = new SmtpServer { Script = (step, _, count) => step == at && count == 2 ? reply : null };
        await using var pool = new SmtpPool(DialAsync, _clock);
        await SendAsync(pool, server, "one");
        var fault = await Assert.ThrowsAsync<SmtpException>(() => SendAsync(pool, server, "two"));
        Assert.Equal((mayBe, 1), (fault.MayHaveBeenSent, server.Steps["greeting"]));
        await SendAsync(pool, server, "three");
        Assert.Equal(["one\r\n", "three\r\n"], server.Mails.Select(m => m.Content));
    }

    [Fact]
    public async Task SendAsync_OtherCredentials_HaveTheirOwnConnection()
    {
        await using var server = new SmtpServer { Offers = { "AUTH PLAIN" }, LetIn = { "PLAIN \0a\01", "PLAIN \0a\02" } };
        await using var pool = new SmtpPool(DialAsync, _clock);
        foreach (var password in (string[])["1", "2", "1", "2"])
            await pool.SendAsync(Endpoint(server) with { Credentials = new MailCredentials.Password("a", password) }, Envelope, Content("x"), CancellationToken.None);
        Assert.Equal(2, server.Steps["greeting"]);
        Assert.Equal(["PLAIN \0a\01", "PLAIN \0a\02", "PLAIN \0a\01", "PLAIN \0a\02"], server.Mails.Select(m => m.User));
    }

    [Fact]
    public async Task SendAsync_AtOnce_EachHasItsConnectionAndOneIsKept()
    {
        await using var server = new SmtpServer();
        await using (var pool = new SmtpPool(DialAsync, _clock))
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(i => SendAsync(pool, server, $"mail {i}")));
            await SendAsync(pool, server, "last");
        }

        Assert.Equal(9, server.Mails.Count);
        Assert.Equal(server.Steps["greeting"], server.Steps["QUIT"]);
        Assert.Empty(server.Faults);
    }

    [Fact]
    public async Task SendAsync_Cancelled_TheConnectionIsNotKept()
    {
        await using var server = new SmtpServer();
        await using var pool = new SmtpPool(DialAsync, _clock);
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pool.SendAsync(Endpoint(server), Envelope, async (_, _) => await stop.CancelAsync(), stop.Token));
        await SendAsync(pool, server, "two");
        Assert.Equal((2, 1), (server.Steps["greeting"], server.Mails.Count));
    }

    [Fact]
    public async Task SendAsync_Disposed_Throws()
    {
        await using var server = new SmtpServer();
        var pool = new SmtpPool(DialAsync, _clock);
        await pool.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => SendAsync(pool, server, "x"));
    }

    private static Task<SmtpReceipt> SendAsync(SmtpPool pool, SmtpServer server, string content) => pool.SendAsync(Endpoint(server), Envelope, Content(content), CancellationToken.None);

    private static Func<Stream, CancellationToken, Task> Content(string text) => (output, token) => output.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), token).AsTask();
}
