using Microsoft.Extensions.Logging;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Mail;

namespace OpenClaw.Core.Tests.Administration.Mail;

public sealed class MailerTests : IAsyncDisposable
{
    private const string Link = "https://chat.example.org/invitation/Sup3rS3cretT0ken";
    private static readonly MailMessage Invitation = new() { To = "bob@example.org", Subject = "Invitation", Text = "Follow " + Link, Html = $"<a href=\"{Link}\">Join</a>" };
    private readonly TestClock _clock = new();
    private readonly Lines _log = new();
    private readonly SmtpServer _server = new();
    private Mailer? _mailer;

    [Fact]
    public async Task SendAsync_ServerTakesIt_IsSent()
    {
        Assert.IsType<MailResult.Sent>(await Mailer().SendAsync(Invitation, CancellationToken.None));
        var mail = Assert.Single(_server.Mails);
        Assert.Equal("gateway@example.com", mail.From);
        Assert.Equal(["bob@example.org"], mail.To);
        Assert.Contains("From: \"OpenClaw Gateway\"", mail.Content, StringComparison.Ordinal);
        Assert.Contains("multipart/alternative", mail.Content, StringComparison.Ordinal);
        Assert.Empty(_server.Faults);
    }

    [Theory]
    [InlineData("RCPT", "450 4.2.0 greylisted")]
    [InlineData("MAIL", "451 4.3.0 later")]
    [InlineData("content", "452 4.3.1 disk full")]
    [InlineData("content", SmtpServer.Cut)]
    [InlineData("greeting", SmtpServer.Cut)]
    public async Task SendAsync_TemporaryFailure_IsQueuedAndSentLater(string at, string reply)
    {
        _server.Script = (step, _, count) => step == at && count <= 2 ? reply : null;
        Assert.IsType<MailResult.Queued>(await Mailer().SendAsync(Invitation, CancellationToken.None));
        await PauseAsync(0);
        await UntilAsync(() => _server.Steps.GetValueOrDefault(at) == 2);
        await PauseAsync(1);
        await UntilAsync(() => !_server.Mails.IsEmpty && _log.Text.Contains("at try 3", StringComparison.Ordinal));
        Assert.Empty(_server.Faults);
    }

    [Fact]
    public async Task SendAsync_TemporaryFailureForHours_IsGivenUp()
    {
        _server.Script = (step, _, _) => step == "MAIL" ? "451 4.3.0 later" : null;
        await Mailer().SendAsync(Invitation, CancellationToken.None);
        for (var i = 0; i < Gateway.Core.Administration.Mail.Mailer.Pauses.Count; i++)
        {
            await PauseAsync(i);
            var tries = i + 2;
            await UntilAsync(() => _server.Steps["MAIL"] == tries);
        }

        await UntilAsync(() => _log.Text.Contains("given up after 7 tries", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("RCPT", "550 5.1.1 no such user", "does not take mail for this address: The mail server refused the recipient: 550 5.1.1 no such user")]
    [InlineData("MAIL", "530 5.7.0 sign in", "The owner can check Smtp:User and Smtp:Password.")]
    [InlineData("content", "554 5.7.1 spam", "The mail was not taken: The mail server answered 554 5.7.1 spam")]
    public async Task SendAsync_Refused_FailsWithTheReason(string at, string reply, string reason)
    {
        _server.Script = (step, _, _) => step == at ? reply : null;
        var failed = Assert.IsType<MailResult.Failed>(await Mailer().SendAsync(Invitation, CancellationToken.None));
        Assert.Contains(reason, failed.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SendAsync_SlowServer_IsQueuedAfterSomeSeconds()
    {
        using var go = new SemaphoreSlim(0);
        _server.Script = (step, _, _) =>
        {
            if (step == "content") go.Wait(TimeSpan.FromSeconds(30));
            return null;
        };
        var sending = Mailer().SendAsync(Invitation, CancellationToken.None);
        await UntilAsync(() => _server.Steps.ContainsKey("content"));
        _clock.Advance(Gateway.Core.Administration.Mail.Mailer.Patience);
        Assert.IsType<MailResult.Queued>(await sending);
        go.Release();
        await UntilAsync(() => !_server.Mails.IsEmpty);
    }

    [Fact]
    public async Task SendAsync_AnyOutcome_LogsDomainOnly()
    {
        _server.Script = (step, argument, count) => step == "content" ? count switch
        {
            1 => $"554 5.7.1 <bob@example.org> {Link} is spam",
            2 => $"451 4.7.1 <bob@example.org> {Link} is suspect",
            _ => null,
        } : null;
        var failed = Assert.IsType<MailResult.Failed>(await Mailer().SendAsync(Invitation, CancellationToken.None));
        await Mailer().SendAsync(Invitation, CancellationToken.None);
        await Mailer().SendAsync(Invitation, CancellationToken.None);

        Assert.DoesNotContain("Sup3rS3cretT0ken", _log.Text + failed.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("bob", _log.Text, StringComparison.Ordinal);
        Assert.Contains("Mail to example.org", _log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bob")]
    [InlineData("bob@example.org\r\nBcc: eve@example.org")]
    public async Task SendAsync_NoAddress_Fails(string to)
    {
        Assert.IsType<MailResult.Failed>(await Mailer().SendAsync(Invitation with { To = to }, CancellationToken.None));
        Assert.Empty(_server.Commands);
    }

    [Fact]
    public async Task SendAsync_NotConfigured_Fails()
    {
        var mailer = Mailer(smtp: null);
        Assert.False(mailer.IsConfigured);
        Assert.IsType<MailResult.Failed>(await mailer.SendAsync(Invitation, CancellationToken.None));
        Assert.IsType<MailResult.Failed>(mailer.Post(Invitation));
    }

    [Fact]
    public async Task Post_MoreThanTheQueueHolds_IsRefused()
    {
        _server.Script = (step, _, _) => step == "greeting" ? SmtpServer.Silence : null;
        var mailer = Mailer();
        for (var i = 0; i < Gateway.Core.Administration.Mail.Mailer.Capacity; i++) Assert.IsType<MailResult.Queued>(mailer.Post(Invitation));
        Assert.IsType<MailResult.Failed>(mailer.Post(Invitation));
        await mailer.StopAsync(CancellationToken.None);
        Assert.Contains("is forgotten", _log.Text, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        if (_mailer is not null)
        {
            await _mailer.StopAsync(CancellationToken.None);
            _mailer.Dispose();
        }

        await _server.DisposeAsync();
    }

    private Mailer Mailer() => _mailer ?? Mailer(new SmtpOptions { Host = "localhost", Port = _server.Port, Security = MailSecurity.None, From = "gateway@example.com" });

    private Mailer Mailer(SmtpOptions? smtp) =>
        _mailer = new(new GatewayOptions { PublicUrl = new("http://localhost:5080"), DataDirectory = "/nowhere", Smtp = smtp }, _clock, _log);

    /// <summary>The pause before the next try goes by.</summary>
    private async Task PauseAsync(int index)
    {
        var pause = Gateway.Core.Administration.Mail.Mailer.Pauses[index];
        // the asker's own timer may stand a moment longer than its answer, and is not to be taken for the pause
        if (index == 0) _clock.Advance(Gateway.Core.Administration.Mail.Mailer.Patience);
        await UntilAsync(() => _log.Text.Split("is tried again").Length == index + 2);
        await UntilAsync(() => _clock.ArmedTimers == 1);
        _clock.Advance(pause);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private sealed class Lines : ILogger<Mailer>
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> _lines = new();

        public string Text => string.Join('\n', _lines);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue($"{formatter(state, exception)} {exception}");
    }
}
