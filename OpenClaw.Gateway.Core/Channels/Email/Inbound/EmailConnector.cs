using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;

namespace OpenClaw.Gateway.Core.Channels.Email.Inbound;

/// <summary>The mail channel's listener: one IMAP connection, told of new mails by IDLE, with a poll as safety net.</summary>
internal sealed partial class EmailConnector(
    MailboxOpener opener, MailIntake intake, MailReading reading, ReleasedMails released, IMailCredentials credentials, IIntakePressure pressure, TimeProvider time, ILogger<EmailConnector> log) : IChannelConnector
{
    /// <summary>After more silence than this firewalls forget the connection.</summary>
    private static readonly TimeSpan LongestIdle = TimeSpan.FromMinutes(9);

    private static readonly TimeSpan ShortestPoll = TimeSpan.FromSeconds(1);
    private readonly MailboxTools _tools = new(intake, reading, pressure, time, log);

    public string Kind => EmailKind.Name;

    public async Task RunAsync(IChannelConnection connection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var settings = EmailSettings.Of(connection.Channel);
        try
        {
            await using var imap = await opener.OpenAsync(connection.Channel, cancellationToken);
            var mailbox = await imap.SelectAsync(settings.Mailbox, readOnly: false, cancellationToken);
            var run = new MailboxRun(connection, imap, mailbox, settings, _tools);
            await run.BeginAsync(cancellationToken);
            connection.Connected(settings.Address);
            await released.RunAsync(connection, imap, mailbox, cancellationToken);
            for (var canIdle = imap.CanIdle; ; connection.Proof())
            {
                await run.SweepAsync(cancellationToken);
                connection.Proof();
                canIdle = await WaitAsync(connection, imap, canIdle, cancellationToken);
            }
        }
        catch (ImapException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw EmailFaults.Of(e, settings);
        }
    }

    /// <summary>Nothing that the connection is made of changes with who may write, how answers look, or a refresh token that the provider has exchanged.</summary>
    public bool NeedsReconnect(ChannelModel before, ChannelModel now)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(now);
        return Connected(before) != Connected(now)
            || (before.Secrets.Count != now.Secrets.Count || before.Secrets.Any(s => now.Secrets.GetValueOrDefault(s.Key) != s.Value)) && !credentials.IsExchange(before, now);

        static EmailSettings Connected(ChannelModel channel) => EmailSettings.Of(channel) with
        {
            DisplayName = null, Smtp = new("", 0, default), RepliesToAll = false, RequestsDsn = false, QuotesOriginal = false, SendPerMinute = 0, PlusAddressing = false,
            Poll = default, CatchUpAge = default, CatchUpMessages = 0,
        };
    }

    /// <summary>Until something is new, or it is time to look; false when the server turned out not to tell.</summary>
    private async Task<bool> WaitAsync(IChannelConnection connection, ImapConnection imap, bool canIdle, CancellationToken cancellationToken)
    {
        var poll = EmailSettings.Of(connection.Channel).Poll;
        if (poll < ShortestPoll) poll = ShortestPoll;
        if (canIdle)
        {
            try
            {
                await imap.IdleAsync(poll < LongestIdle ? poll : LongestIdle, CancellationToken.None, cancellationToken);
                return true;
            }
            catch (ImapException e) when (e.Failure == ImapFailure.Refused && imap.IsUsable)
            {
                LogNoIdle(log, connection.Channel.Tenant.Id, connection.Channel.Id, e.Message);
            }
        }

        await Task.Delay(poll < LongestIdle ? poll : LongestIdle, time, cancellationToken);
        return false;
    }

    [LoggerMessage(4631, LogLevel.Information, "The mail server of tenant {Tenant}, channel {Channel} does not tell of new mails by itself; they are looked for: {Detail}")]
    private static partial void LogNoIdle(ILogger log, Guid tenant, Guid channel, string detail);
}
