using System.Text;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;
using static OpenClaw.Core.Tests.Channels.Email.Protocol.Smtp.SmtpSamples;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Smtp;

/// <summary>Whether a mail that failed surely was not sent.</summary>
public sealed class SmtpDoubtTests
{
    private static readonly byte[] Line = Encoding.ASCII.GetBytes(new string('x', 70) + "\r\n");

    [Theory]
    [InlineData("content", SmtpServer.Cut, true)]
    [InlineData("content", "garbage", true)]
    [InlineData("content", "354 what", true)]
    [InlineData("content", "421 4.3.2 bye", false)]
    [InlineData("content", "451 4.3.0 later", false)]
    [InlineData("content", "554 5.7.1 spam", false)]
    [InlineData("DATA", SmtpServer.Cut, false)]
    [InlineData("MAIL", SmtpServer.Cut, false)]
    [InlineData("RCPT", "421 4.3.2 bye", false)]
    public async Task SendAsync_Fails_SaysWhetherTheMailMayBeThere(string at, string reply, bool mayBe)
    {
        await using var server = new SmtpServer { Script = (step, _, _) => step == at ? reply : null };
        await using var connection = await OpenAsync(Endpoint(server));
        Assert.Equal(mayBe, (await Assert.ThrowsAsync<SmtpException>(() => connection.SendAsync("x"))).MayHaveBeenSent);
    }

    [Fact]
    public async Task SendAsync_CutInTheContent_SurelyWasNotSent()
    {
        await using var server = new SmtpServer();
        await using var connection = await OpenAsync(Endpoint(server));
        var fault = await Assert.ThrowsAsync<SmtpException>(() => connection.SendAsync(Envelope, async (output, token) =>
        {
            await WriteAsync(output, 1_000, token);
            server.Drop();
            await WriteAsync(output, 1_000_000, token);
        }, CancellationToken.None));
        Assert.Equal((SmtpFailure.Unreachable, SmtpStage.Content, false), (fault.Failure, fault.Stage, fault.MayHaveBeenSent));
        Assert.Empty(server.Mails);
    }

    [Fact]
    public async Task SendAsync_ServerHangsUpInTheContentWithAReason_TellsIt()
    {
        await using var server = new RawSmtp("220 x", "250 x", "250 ok", "250 ok", "354 go on", "552 5.3.4 too big");
        await using var connection = await OpenAsync(server.Endpoint);
        var fault = await Assert.ThrowsAsync<SmtpException>(() => connection.SendAsync(Envelope, (output, token) => WriteAsync(output, 1_000_000, token), CancellationToken.None));
        Assert.Equal((SmtpFailure.Permanent, SmtpStage.Content, true, false), (fault.Failure, fault.Stage, fault.IsTooLarge, fault.MayHaveBeenSent));
    }

    [Theory]
    [InlineData("220 x", "250 x\r\n250 ok")]
    [InlineData("220 x", "250 x", "250 ok", "250 ok\r\n354 go on")]
    [InlineData("220 x", "250 x", "250 ok", "250 ok", "354 go on\r\n250 taken")]
    public async Task SendAsync_AnswersBeforeTheQuestion_AreNotTakenForAnswers(params string[] replies)
    {
        await using var server = new RawSmtp(replies);
        var fault = await Assert.ThrowsAsync<SmtpException>(async () =>
        {
            await using var connection = await OpenAsync(server.Endpoint);
            await connection.SendAsync("x");
        });
        Assert.Equal((SmtpFailure.Protocol, false), (fault.Failure, fault.MayHaveBeenSent));
    }

    [Fact]
    public async Task SendAsync_WriterThatHidesAFault_SendsNoEnd()
    {
        await using var server = new SmtpServer();
        await using var connection = await OpenAsync(Endpoint(server));
        var fault = await Assert.ThrowsAsync<SmtpException>(() => connection.SendAsync(Envelope, async (output, token) =>
        {
            server.Drop();
            await Assert.ThrowsAsync<SmtpException>(() => WriteAsync(output, 1_000_000, token));
        }, CancellationToken.None));
        Assert.Equal((SmtpStage.Content, false), (fault.Stage, fault.MayHaveBeenSent));
    }

    [Fact]
    public async Task SendAsync_WriterThatFails_SendsNoHalfMail()
    {
        await using var server = new SmtpServer();
        await using (var connection = await OpenAsync(Endpoint(server)))
        {
            await Assert.ThrowsAsync<InvalidDataException>(() => connection.SendAsync(Envelope, async (output, token) =>
            {
                await WriteAsync(output, 1_000, token);
                throw new InvalidDataException();
            }, CancellationToken.None));
            Assert.False(connection.IsUsable);
        }

        Assert.Empty(server.Mails);
    }

    [Fact]
    public async Task SendAsync_ServerThatStopsReading_TimesOutAndSurelyWasNotSent()
    {
        var clock = new TestClock();
        await using var server = new SmtpServer { IsDeaf = true };
        await using var connection = await OpenAsync(Endpoint(server), clock);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sending = connection.SendAsync(Envelope, (output, token) =>
        {
            begun.SetResult(); // "354" has been read: time that passes now is the content's
            return WriteAsync(output, 1_000_000, token);
        }, CancellationToken.None);
        await begun.Task;
        while (!sending.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        var fault = await Assert.ThrowsAsync<SmtpException>(() => sending);
        Assert.Equal((SmtpFailure.TimedOut, SmtpStage.Content, false), (fault.Failure, fault.Stage, fault.MayHaveBeenSent));
    }

    [Fact]
    public async Task SendAsync_CancelledAfterTheLastDot_WaitsAMomentForTheAnswer()
    {
        var (clock, stop) = (new TestClock(), new CancellationTokenSource());
        using var hold = stop;
        await using var server = new SmtpServer { Script = (step, _, _) => step == "content" ? SmtpServer.Silence : null };
        await using var connection = await OpenAsync(Endpoint(server), clock);
        var sending = connection.SendAsync(Envelope, new MemoryStream([1]), stop.Token);
        while (!server.Steps.ContainsKey("content")) await Task.Yield();
        await stop.CancelAsync();
        Assert.False(sending.IsCompleted);
        clock.Advance(new SmtpTimeouts().Hurry);

        var fault = await Assert.ThrowsAsync<SmtpException>(() => sending);
        Assert.Equal((SmtpFailure.TimedOut, true), (fault.Failure, fault.MayHaveBeenSent));
    }

    [Fact]
    public async Task SendAsync_CancelledAfterTheLastDotAndAnswered_IsSent()
    {
        using var stop = new CancellationTokenSource();
        await using var server = new SmtpServer
        {
            Script = (step, _, _) =>
            {
                if (step == "content") stop.Cancel();
                return null;
            },
        };
        await using var connection = await OpenAsync(Endpoint(server));
        Assert.Equal(250, (await connection.SendAsync(Envelope, new MemoryStream([1]), stop.Token)).Reply.Code);
        Assert.True(connection.IsUsable);
    }

    private static async Task WriteAsync(Stream output, int lines, CancellationToken token)
    {
        for (var i = 0; i < lines; i++) await output.WriteAsync(Line, token);
    }
}
