using System.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;

internal sealed partial class SmtpConnection
{
    /// <summary>More recipients than this are named one by one: replies to a longer flight could fill both ends' buffers.</summary>
    private const int MostInOneFlight = 50;

    /// <summary>Mails that the server has taken over this connection.</summary>
    public int Sent { get; private set; }

    /// <summary>The content from a stream, which is read once.</summary>
    public Task<SmtpReceipt> SendAsync(SmtpEnvelope envelope, Stream content, CancellationToken cancellationToken) =>
        SendAsync(envelope, (output, token) => content.CopyToAsync(output, SmtpContentStream.BlockSize, token), cancellationToken);

    /// <summary>
    /// Sends one mail. The content is written once, when the server waits for it; its line ends become CRLF; its lines have at most 998
    /// bytes. Recipients that the server refuses while it takes others are in the receipt. Whoever cancels after the last dot waits
    /// <see cref="SmtpTimeouts.Hurry"/> for the server's word: <see cref="SmtpException.MayHaveBeenSent"/> if it does not come.
    /// </summary>
    public async Task<SmtpReceipt> SendAsync(SmtpEnvelope envelope, Func<Stream, CancellationToken, Task> content, CancellationToken cancellationToken)
    {
        var mail = Commands(envelope);
        try
        {
            var (accepted, refused) = await AddressAsync(mail, envelope.To, andData: true, cancellationToken);
            var reply = await ContentAsync(content, cancellationToken);
            if (!reply.IsPositive) throw Fault(SmtpStage.Accept, reply);
            Sent++;
            return new(reply, accepted, refused, SmtpMailCommands.AsksForNotices(envelope, Offered));
        }
        catch (SmtpException e) when (IsUsable && e.Stage is not SmtpStage.Accept)
        {
            await ResetAsync(cancellationToken);
            throw;
        }
    }

    /// <summary>
    /// Asks whether the server would take a mail from and to these addresses, and sends none. Recipients that it would not take are
    /// returned; none that it would take, or no sender, throws as sending does.
    /// </summary>
    public async Task<IReadOnlyList<SmtpRefusal>> TryAsync(SmtpEnvelope envelope, CancellationToken cancellationToken)
    {
        var mail = Commands(envelope);
        try
        {
            return (await AddressAsync(mail, envelope.To, andData: false, cancellationToken)).Refused;
        }
        finally
        {
            if (IsUsable) await ResetAsync(cancellationToken);
        }
    }

    /// <summary>Whether the server is still there and ready for a new mail. Nothing of a mail is said.</summary>
    public async Task<bool> IsAliveAsync(CancellationToken cancellationToken)
    {
        if (!IsUsable || _wire.HasUnread) return false; // who speaks unasked says goodbye
        await ResetAsync(cancellationToken);
        return IsUsable;
    }

    private List<string> Commands(SmtpEnvelope envelope)
    {
        if (envelope.To.Count == 0) throw new ArgumentException("A mail has a recipient.", nameof(envelope));
        var notices = SmtpMailCommands.AsksForNotices(envelope, Offered);
        return [SmtpMailCommands.Mail(envelope, Offered), .. envelope.To.Select(to => SmtpMailCommands.Recipient(to, notices))];
    }

    /// <summary>From MAIL to the consent to DATA. At least one recipient is accepted when it returns.</summary>
    private async Task<(List<SmtpAddress> Accepted, List<SmtpRefusal> Refused)> AddressAsync(List<string> commands, IReadOnlyList<SmtpAddress> recipients, bool andData, CancellationToken cancellationToken)
    {
        var inOneFlight = andData && Offered.Has("PIPELINING") && recipients.Count <= MostInOneFlight;
        if (inOneFlight) await FlyAsync([.. commands, "DATA"], cancellationToken);
        var sender = await SayAsync(commands[0], SmtpStage.Sender);
        if (!sender.IsPositive && !inOneFlight) throw Fault(SmtpStage.Sender, sender);

        List<SmtpAddress> accepted = [];
        List<SmtpRefusal> refused = [];
        for (var i = 0; i < recipients.Count; i++)
        {
            var reply = await SayAsync(commands[i + 1], SmtpStage.Recipient);
            if (reply.IsPositive) accepted.Add(recipients[i]);
            else refused.Add(new(recipients[i], reply));
        }

        var go = andData && (inOneFlight || accepted.Count > 0) ? await SayAsync("DATA", SmtpStage.Data) : null;
        var isInvalid = !sender.IsPositive || accepted.Count == 0;
        if (isInvalid && go is { Code: 354 }) await CommandAsync(".", SmtpStage.Data, cancellationToken); // a mail to nobody, as RFC 2920 3.1 wants it ended
        if (!sender.IsPositive) throw Fault(SmtpStage.Sender, sender);
        if (accepted.Count == 0) throw AllRefused(refused);
        if (go is not null && go.Code != 354) throw Fault(SmtpStage.Data, go);
        return (accepted, refused);

        async Task<SmtpReply> SayAsync(string command, SmtpStage stage)
        {
            var reply = inOneFlight ? await _wire.ReadAsync(stage, _endpoint.Timeouts.Command, cancellationToken) : await CommandAsync(command, stage, cancellationToken);
            if (reply.Code != 421 && (reply.IsPositive || reply.IsTemporary || reply.IsPermanent || stage is SmtpStage.Data && reply.Code == 354)) return reply;
            if (inOneFlight) _wire.Break(); // the other replies are on their way
            throw Fault(stage, reply);
        }
    }

    private Task FlyAsync(IReadOnlyList<string> commands, CancellationToken cancellationToken) =>
        _wire.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(commands.Select(c => c + "\r\n"))), SmtpStage.Sender, _endpoint.Timeouts.Command, cancellationToken);

    private static SmtpException AllRefused(List<SmtpRefusal> refused)
    {
        var first = SmtpException.Of(SmtpStage.Recipient, refused[0].Reply);
        return first.Failure is SmtpFailure.Authentication
            ? first
            : new(SmtpFailure.Recipients, SmtpStage.Recipient, $"The mail server refused the recipient: {refused[0].Reply}", refused[0].Reply) { Refused = refused };
    }

    /// <summary>Whatever interrupts this leaves the connection broken: a final dot would deliver half a mail.</summary>
    private async Task<SmtpReply> ContentAsync(Func<Stream, CancellationToken, Task> content, CancellationToken cancellationToken)
    {
        _wire.DemandSilence(SmtpStage.Data);
        await using var output = new SmtpContentStream(_wire, _endpoint.Timeouts.Block);
        var answered = false;
        try
        {
            await content(output, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            if (_wire.IsBroken) throw new SmtpException(SmtpFailure.Unreachable, SmtpStage.Content, "The connection to the mail server broke.");
            var reply = await AcceptAsync(output.End(), cancellationToken);
            answered = true;
            return reply;
        }
        catch (SmtpException e) when (e is { Failure: SmtpFailure.Unreachable, Stage: SmtpStage.Content or SmtpStage.Accept })
        {
            // servers that have had enough of a mail say why and hang up
            if (await _wire.LastWordsAsync(_endpoint.Timeouts.Hurry) is { } last && (last.IsTemporary || last.IsPermanent)) throw Fault(e.Stage, last);
            throw;
        }
        finally
        {
            if (!answered) _wire.Break();
        }
    }

    private async Task<SmtpReply> AcceptAsync(ReadOnlyMemory<byte> end, CancellationToken cancellationToken)
    {
        using var hurry = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _time);
        await using var asked = cancellationToken.Register(() => hurry.CancelAfter(_endpoint.Timeouts.Hurry));
        try
        {
            await _wire.WriteAsync(end, SmtpStage.Accept, _endpoint.Timeouts.Block, hurry.Token);
            return await _wire.ReadAsync(SmtpStage.Accept, _endpoint.Timeouts.Accept, hurry.Token);
        }
        catch (OperationCanceledException e) when (hurry.IsCancellationRequested)
        {
            throw new SmtpException(SmtpFailure.TimedOut, SmtpStage.Accept, "The sending was stopped before the mail server had said whether it has the mail.", cause: e);
        }
    }

    /// <summary>So that the next mail begins anew; a server that cannot even do that is left.</summary>
    private async Task ResetAsync(CancellationToken cancellationToken)
    {
        try
        {
            if ((await _wire.CommandAsync("RSET", SmtpStage.Reset, _endpoint.Timeouts.Reset, cancellationToken)).IsPositive) return;
        }
        catch (SmtpException)
        {
            // the first fault says more
        }

        _wire.Break();
    }
}
