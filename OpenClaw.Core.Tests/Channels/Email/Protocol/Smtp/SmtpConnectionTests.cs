using System.Text;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;
using static OpenClaw.Core.Tests.Channels.Email.Protocol.Smtp.SmtpSamples;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Smtp;

public sealed class SmtpConnectionTests
{
    [Theory]
    [InlineData("plain\r\n", "plain\r\n")]
    [InlineData("no end", "no end\r\n")]
    [InlineData("", "")]
    [InlineData(".\r\n..\r\n.x\r\n", ".\r\n..\r\n.x\r\n")]
    [InlineData("a\nb\rc\r\nd\r\n", "a\r\nb\r\nc\r\nd\r\n")]
    [InlineData("a\n.\nMAIL FROM:<evil@example.org>\n", "a\r\n.\r\nMAIL FROM:<evil@example.org>\r\n")]
    [InlineData("a\r.\rb\r\r\n\nc", "a\r\n.\r\nb\r\n\r\n\r\nc\r\n")]
    public async Task SendAsync_AnyLineEndsAndDots_ArriveAsLines(string content, string arrived)
    {
        await using var server = new SmtpServer();
        await using (var connection = await OpenAsync(Endpoint(server))) await connection.SendAsync(content);

        Assert.Empty(server.Faults);
        var mail = Assert.Single(server.Mails);
        Assert.Equal(arrived, mail.Content);
        Assert.Equal("gateway@example.com", mail.From);
        Assert.Equal(["bob@example.org"], mail.To);
        Assert.Equal("QUIT", server.Commands.Last());
    }

    [Fact]
    public async Task SendAsync_ContentInSmallBlocks_IsTheSame()
    {
        await using var server = new SmtpServer { Offers = { Capacity = 4 } };
        var text = string.Concat(Enumerable.Range(0, 5_000).Select(i => $"{(i % 3 == 0 ? "." : "")}line {i}\r\n"));
        await using (var connection = await OpenAsync(Endpoint(server)))
        {
            await using var dribble = new Dribble(Encoding.ASCII.GetBytes(text));
            await connection.SendAsync(Envelope, dribble, CancellationToken.None);
        }

        Assert.Empty(server.Faults);
        Assert.Equal(text, Assert.Single(server.Mails).Content);
    }

    [Fact]
    public async Task OpenAsync_EhloUnknown_GreetsTheOldWay()
    {
        await using var server = new SmtpServer { Script = (step, _, _) => step == "EHLO" ? "502 5.5.1 no" : null };
        await using (var connection = await OpenAsync(Endpoint(server)))
        {
            Assert.False(connection.Offered.Has("SIZE"));
            await connection.SendAsync("x", Envelope with { Size = 1 });
        }

        Assert.Empty(server.Faults);
        Assert.Equal("MAIL FROM:<gateway@example.com>", server.Commands.First(c => c.StartsWith("MAIL", StringComparison.Ordinal)));
        Assert.Contains("HELO [127.0.0.1]", server.Commands);
    }

    [Theory]
    [InlineData("greeting", "554 5.3.2 closed", SmtpFailure.Permanent)]
    [InlineData("greeting", "421 4.3.2 busy", SmtpFailure.Temporary)]
    [InlineData("greeting", "220", null)]
    [InlineData("greeting", "HTTP/1.1 400 Bad Request", SmtpFailure.Protocol)]
    [InlineData("greeting", "220-a\r\n221 b", SmtpFailure.Protocol)]
    [InlineData("greeting", "999 hello", SmtpFailure.Protocol)]
    [InlineData("greeting", "220x", SmtpFailure.Protocol)]
    [InlineData("EHLO", "421 4.3.2 busy", SmtpFailure.Temporary)]
    [InlineData("EHLO", "354 what", SmtpFailure.Protocol)]
    [InlineData("MAIL", "451 4.3.0 later", SmtpFailure.Temporary)]
    [InlineData("MAIL", "550 5.7.1 never", SmtpFailure.Permanent)]
    [InlineData("MAIL", "530 5.7.0 sign in first", SmtpFailure.Authentication)]
    [InlineData("RCPT", "450 4.2.0 greylisted", SmtpFailure.Recipients)]
    [InlineData("RCPT", "550 5.1.1 nobody", SmtpFailure.Recipients)]
    [InlineData("RCPT", "421 4.3.2 busy", SmtpFailure.Temporary)]
    [InlineData("DATA", "451 4.3.0 later", SmtpFailure.Temporary)]
    [InlineData("DATA", "554 5.5.1 no", SmtpFailure.Permanent)]
    [InlineData("DATA", "250 what", SmtpFailure.Protocol)]
    [InlineData("content", "452 4.3.1 disk full", SmtpFailure.Temporary)]
    [InlineData("content", "554 5.7.1 spam", SmtpFailure.Permanent)]
    [InlineData("QUIT", "500 no", null)]
    public async Task Steps_Refused_AreToldApart(string at, string reply, object? expected)
    {
        await using var server = new SmtpServer { Script = (step, _, _) => step == at ? reply : null };
        var fault = await FaultAsync(server);

        Assert.Equal(expected, fault?.Failure);
        Assert.Empty(server.Faults);
        if (fault is { Reply: { IsTemporary: true } }) Assert.True(fault.IsTemporary);
        if (fault is { Reply: { IsPermanent: true } }) Assert.False(fault.IsTemporary);
        if (fault?.Reply is { } given) Assert.Equal(reply.Split(' ')[1].Contains('.', StringComparison.Ordinal) ? reply.Split(' ')[1] : null, given.Enhanced);
    }

    [Theory]
    [InlineData("greeting")]
    [InlineData("EHLO")]
    [InlineData("MAIL")]
    [InlineData("RCPT")]
    [InlineData("DATA")]
    [InlineData("content")]
    public async Task Steps_ConnectionCut_IsUnreachable(string at)
    {
        await using var server = new SmtpServer { Script = (step, _, _) => step == at ? SmtpServer.Cut : null };
        var fault = await FaultAsync(server);

        Assert.Equal((SmtpFailure.Unreachable, at == "content"), (fault!.Failure, fault.MayHaveBeenSent));
        Assert.True(fault.IsTemporary);
    }

    [Theory]
    [InlineData("greeting", 60)]
    [InlineData("EHLO", 60)]
    [InlineData("RCPT", 60)]
    [InlineData("content", 600)]
    public async Task Steps_Silence_EndsAfterItsTime(string at, int seconds)
    {
        var clock = new TestClock();
        await using var server = new SmtpServer { Script = (step, _, _) => step == at ? SmtpServer.Silence : null };
        var sending = FaultAsync(server, clock);
        while (!server.Steps.ContainsKey(at)) await Task.Yield();
        while (!sending.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        var fault = await sending;
        Assert.Equal((SmtpFailure.TimedOut, at == "content"), (fault!.Failure, fault.MayHaveBeenSent));
        Assert.Equal($"The mail server did not answer within {seconds} seconds.", fault.Message);
    }

    [Fact]
    public async Task OpenAsync_EndlessReply_IsCutOff()
    {
        await using var many = new SmtpServer { Script = (step, _, _) => step == "EHLO" ? string.Concat(Enumerable.Repeat("250-x\r\n", 10_000)) + "250 x" : null };
        Assert.Equal(SmtpFailure.Protocol, (await FaultAsync(many))!.Failure);
        await using var wide = new SmtpServer { Script = (step, _, _) => step == "greeting" ? "220 " + new string('x', 1_000_000) : null };
        Assert.Equal(SmtpFailure.Protocol, (await FaultAsync(wide))!.Failure);
    }

    [Fact]
    public async Task OpenAsync_NobodyListens_IsUnreachable()
    {
        var endpoint = new SmtpEndpoint { Host = "127.0.0.1", Port = RawServer.NobodyThere().Port, Security = MailSecurity.None };
        var fault = await Assert.ThrowsAsync<SmtpException>(() => OpenAsync(endpoint));
        Assert.Equal(SmtpFailure.Unreachable, fault.Failure);
        Assert.Equal(SmtpStage.Connect, fault.Stage);
    }

    [Fact]
    public async Task SendAsync_Cancelled_SendsNoHalfMail()
    {
        await using var server = new SmtpServer();
        using var stop = new CancellationTokenSource();
        await using (var connection = await OpenAsync(Endpoint(server)))
        {
            await using var content = new Dribble(Encoding.ASCII.GetBytes("half a mail")) { At = 5, Then = stop.Cancel };
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connection.SendAsync(Envelope, content, stop.Token));
            Assert.False(connection.IsUsable);
        }

        Assert.Empty(server.Mails);
    }

    [Fact]
    public async Task SendAsync_SomeRecipientsRefused_SendsToTheOthers()
    {
        await using var server = new SmtpServer { Script = (step, argument, _) => step == "RCPT" && argument.Contains("eve", StringComparison.Ordinal) ? "550 5.1.1 nobody" : null };
        await using var connection = await OpenAsync(Endpoint(server));
        var receipt = await connection.SendAsync("x", Envelope with { To = [Eve, Bob] });

        var refusal = Assert.Single(receipt.Refused);
        Assert.Equal(Eve, refusal.Recipient);
        Assert.Equal("5.1.1", refusal.Reply.Enhanced);
        Assert.Equal(["bob@example.org"], Assert.Single(server.Mails).To);
    }

    [Fact]
    public async Task SendAsync_AfterARefusedMail_SendsTheNext()
    {
        await using var server = new SmtpServer { Script = (step, _, count) => step == "RCPT" && count == 1 ? "550 5.1.1 nobody" : null };
        await using var connection = await OpenAsync(Endpoint(server));
        await Assert.ThrowsAsync<SmtpException>(() => connection.SendAsync("x"));
        Assert.True(connection.IsUsable);
        await connection.SendAsync("y");

        Assert.Empty(server.Faults);
        Assert.Equal("y\r\n", Assert.Single(server.Mails).Content);
    }

    [Fact]
    public async Task SendAsync_LargerThanTheServerTakes_IsNotTried()
    {
        await using var server = new SmtpServer();
        await using var connection = await OpenAsync(Endpoint(server));
        var fault = await Assert.ThrowsAsync<SmtpException>(() => connection.SendAsync("x", Envelope with { Size = 100_001 }));
        Assert.Equal(SmtpFailure.Permanent, fault.Failure);
        Assert.DoesNotContain(server.Commands, c => c.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SendAsync_Extensions_AreUsedWhenNeededAndOffered()
    {
        await using var server = new SmtpServer();
        await using var connection = await OpenAsync(Endpoint(server));
        var unicode = Envelope with { To = [SmtpAddress.Parse("jürgen@example.org")] };
        Assert.Equal(SmtpFailure.Permanent, (await Assert.ThrowsAsync<SmtpException>(() => connection.SendAsync("x", unicode))).Failure);
        await connection.SendAsync("ü", Envelope with { EightBit = true });

        server.Offers.Add("SMTPUTF8");
        await using var second = await OpenAsync(Endpoint(server));
        await second.SendAsync("x", unicode);
        await second.SendAsync("x", Envelope with { From = null });

        Assert.Empty(server.Faults);
        Assert.Equal(
            ["MAIL FROM:<gateway@example.com> BODY=8BITMIME", "MAIL FROM:<gateway@example.com> SMTPUTF8", "MAIL FROM:<>"],
            server.Commands.Where(c => c.StartsWith("MAIL", StringComparison.Ordinal)));
    }

    [Fact]
    public void Message_OfAReply_HoldsNoAddressAndNoLink()
    {
        var reply = new SmtpReply(550, ["5.7.1 <bob@example.org>: blocked for https://x.example/invite?token=abc, see\u0007 rules", "second line"]);
        Assert.Equal("550 5.7.1 … blocked for … see? rules second line", SmtpException.Of(SmtpStage.Content, reply).Message["The mail server answered ".Length..]);
    }

    private static async Task<SmtpException?> FaultAsync(SmtpServer server, TimeProvider? time = null)
    {
        try
        {
            // what the script does not reach shall not run out while the test moves the clock
            var timeouts = new SmtpTimeouts { Connect = TimeSpan.FromDays(9), Block = TimeSpan.FromDays(9) };
            await using var connection = await OpenAsync(Endpoint(server) with { Timeouts = timeouts }, time);
            await connection.SendAsync("Subject: x\r\n\r\nx");
            return null;
        }
        catch (SmtpException e)
        {
            return e;
        }
    }

    /// <summary>Gives a few bytes at a time.</summary>
    private sealed class Dribble(byte[] content) : MemoryStream(content)
    {
        public int At { get; init; } = -1;

        public Action? Then { get; init; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (At >= 0 && Position >= At) Then?.Invoke();
            cancellationToken.ThrowIfCancellationRequested();
            return base.ReadAsync(buffer[..Math.Min(buffer.Length, 5)], cancellationToken);
        }
    }
}
