using System.Globalization;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;

namespace OpenClaw.Gateway.Core.Channels.Email.Inbound;

/// <summary>What reading a mailbox needs, made once.</summary>
internal sealed record MailboxTools(MailIntake Intake, MailReading Reading, IIntakePressure Pressure, TimeProvider Time, ILogger Log);

/// <summary>
/// One connection's way through its mailbox: brings in what is new, batch after batch, and moves the cursor over what is settled. What a crash cuts off comes
/// again, and what of it was settled is known by its Message-ID.
/// </summary>
internal sealed partial class MailboxRun(IChannelConnection connection, ImapConnection imap, ImapMailbox mailbox, EmailSettings settings, MailboxTools tools)
{
    private const int BatchMails = 256;
    private const int AtOnce = 32;

    /// <summary>Larger mails are streamed, one at a time.</summary>
    private const int SmallBytes = 128 * 1024;

    private static readonly TimeSpan KeepAlive = TimeSpan.FromMinutes(2);
    private readonly string _cursorNote = MailCursor.NoteOf(settings);
    private readonly string _tryingNote = MailCursor.TryingNoteOf(settings);
    private readonly ProcessedFolder? _processed = settings.ProcessedFolder is { } folder ? new(connection, imap, mailbox, folder) : null;
    private MailCursor _cursor;
    private uint _suspectUntil;
    private bool _isCatchUp;
    private int _taken;
    private int _missed;

    /// <summary>Finds where to go on. A mailbox that was never read, or is another now, is read from here on.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        var notes = connection.Notes;
        var newest = mailbox.UidNext > 0 ? mailbox.UidNext - 1 : 0;
        var before = MailCursor.Parse(await notes.GetAsync(_cursorNote, cancellationToken));
        if (before is { } known && known.Validity == mailbox.UidValidity)
        {
            (_cursor, _isCatchUp) = (known, true);
            if (MailCursor.Parse(await notes.GetAsync(_tryingNote, cancellationToken)) is { } trying && trying.Validity == mailbox.UidValidity && trying.Uid > known.Uid) _suspectUntil = trying.Uid;
            return;
        }

        if (before is { } other)
        {
            const string Why = "The mail server has numbered the mailbox anew (UIDVALIDITY changed), as after it was restored or made again.";
            const string What = "Mails that are in it now were not looked at, as nobody can tell which of them were answered before. What comes from now on is.";
            LogRenumbered(tools.Log, connection.Channel.Tenant.Id, connection.Channel.Id, other.Validity, mailbox.UidValidity);
            await connection.NoteGapAsync(connection.Gap?.Since ?? tools.Time.GetUtcNow(), 0, null, Why, What, cancellationToken);
            await connection.CloseGapAsync(0, null, What, cancellationToken);
        }

        _cursor = new(mailbox.UidValidity, newest);
        await SaveAsync(trying: null, cancellationToken);
    }

    /// <summary>Brings in all that is there. Returns when nothing is new.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await imap.NoopAsync(cancellationToken); // servers tell of news at the end of a command
            connection.Proof();
            var exists = imap.Selected?.Exists;
            var uids = await imap.SearchAsync(_cursor.Uid, null, cancellationToken);
            if (_isCatchUp && uids.Count > 0) uids = await LimitAsync(uids, cancellationToken);
            foreach (var batch in uids.Chunk(BatchMails)) await TakeAsync(batch, cancellationToken);
            if (_isCatchUp) await CaughtUpAsync(cancellationToken);
            if (uids.Count == 0 && !(imap.Selected?.Exists > exists)) return;
        }
    }

    /// <summary>What is older than the settings say, and what is more, is left alone.</summary>
    private async Task<IReadOnlyList<uint>> LimitAsync(IReadOnlyList<uint> uids, CancellationToken cancellationToken)
    {
        // a day more: days are as the server's clock has them, and the rest is looked at mail by mail
        var oldest = tools.Time.GetUtcNow() - Settings.CatchUpAge - TimeSpan.FromDays(1);
        var recent = await imap.SearchAsync(_cursor.Uid, DateOnly.FromDateTime(oldest.UtcDateTime), cancellationToken);
        IReadOnlyList<uint> wanted = [.. recent.TakeLast(Settings.CatchUpMessages)];
        _missed += uids.Count - wanted.Count;
        if (wanted.Count == 0) await MoveOnAsync(uids[^1], cancellationToken);
        return wanted;
    }

    private async Task CaughtUpAsync(CancellationToken cancellationToken)
    {
        _isCatchUp = false;
        var detail = _missed == 0
            ? "All mails that came meanwhile were looked at."
            : string.Create(CultureInfo.InvariantCulture, $"Mails that came meanwhile were looked at, but for {_missed} that are older than {Settings.CatchUpAge.TotalDays:0} days or more than {Settings.CatchUpMessages} (catchUpDays, catchUpMessages).");
        if (connection.Gap is not null) await connection.CloseGapAsync(_taken, _missed, detail, cancellationToken);
        else if (_missed > 0) await connection.NoteGapAsync(tools.Time.GetUtcNow(), _taken, _missed, "Mails had been waiting.", detail, cancellationToken);
    }

    private async Task TakeAsync(uint[] uids, CancellationToken cancellationToken)
    {
        await WaitForRoomAsync(cancellationToken);
        await SaveAsync(trying: uids[^1], cancellationToken);
        var mails = await imap.FetchAsync(uids, cancellationToken);
        if (_isCatchUp) mails = Young(mails);
        HashSet<uint> settled = [.. uids.Except(mails.Select(m => m.Uid))]; // gone since, or left alone
        List<uint> done = [];
        try
        {
            for (var i = 0; i < mails.Count;)
            {
                var run = mails.Skip(i).TakeWhile(IsSmall).ToList();
                if (run.Count > 0) await TakeSmallAsync(run, settled, done, cancellationToken);
                else await TakeOneAsync(mails[i], settled, done, cancellationToken);
                i += Math.Max(1, run.Count);
            }
        }
        catch (ImapException)
        {
            // what is settled need not come again
            var last = uids.TakeWhile(settled.Contains).LastOrDefault();
            if (last > 0 && !cancellationToken.IsCancellationRequested) await MoveOnAsync(last, cancellationToken);
            throw;
        }

        await MoveOnAsync(uids[^1], cancellationToken);
        if (_processed is not null) await _processed.MoveAsync(done, cancellationToken);
    }

    private async Task TakeSmallAsync(List<ImapMail> mails, HashSet<uint> settled, List<uint> done, CancellationToken cancellationToken)
    {
        using var lane = new MailLane(tools.Intake, AtOnce);
        try
        {
            await foreach (var content in imap.ReadMailsAsync(mails, SmallBytes, cancellationToken))
            {
                connection.Proof();
                await lane.AddAsync(TurnOf(content.Mail), content.Bytes, cancellationToken);
            }
        }
        finally
        {
            await lane.EndAsync();
            foreach (var (mail, verdict) in lane.Settled) Note(mail, verdict, settled, done);
        }

        foreach (var (turn, fault) in lane.Failed) await tools.Reading.CountFailureAsync(turn, fault, cancellationToken);
        foreach (var left in mails.Where(m => !settled.Contains(m.Uid))) await TakeOneAsync(left, settled, done, cancellationToken);
    }

    private async Task TakeOneAsync(ImapMail mail, HashSet<uint> settled, List<uint> done, CancellationToken cancellationToken)
    {
        Note(mail, await tools.Reading.ReadAsync(imap, TurnOf(mail), mail.Uid <= _suspectUntil, cancellationToken), settled, done);
        connection.Proof();
    }

    private void Note(ImapMail mail, MailVerdict verdict, HashSet<uint> settled, List<uint> done)
    {
        if (!settled.Add(mail.Uid)) return;
        if (verdict == MailVerdict.Taken) _taken++;
        if (verdict is MailVerdict.Taken or MailVerdict.Known or MailVerdict.Report) done.Add(mail.Uid);
    }

    /// <summary>Those that the server received long ago are left alone, and counted.</summary>
    private List<ImapMail> Young(IReadOnlyList<ImapMail> mails)
    {
        var oldest = tools.Time.GetUtcNow() - Settings.CatchUpAge;
        List<ImapMail> young = [.. mails.Where(m => m.Received is not { } received || received >= oldest)];
        _missed += mails.Count - young.Count;
        return young;
    }

    /// <summary>The mailbox keeps what would only be refused. Meanwhile the server hears of us, so that it does not hang up.</summary>
    private async Task WaitForRoomAsync(CancellationToken cancellationToken)
    {
        var room = tools.Pressure.WaitAsync(connection.Channel.Tenant.Id, cancellationToken).AsTask();
        while (!room.IsCompleted)
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var pause = Task.Delay(KeepAlive, tools.Time, ended.Token);
            await Task.WhenAny(room, pause);
            await ended.CancelAsync();
            if (room.IsCompleted) break;
            await imap.NoopAsync(cancellationToken);
            connection.Proof();
        }

        await room;
    }

    private bool IsSmall(ImapMail mail) => mail.Size <= SmallBytes && mail.Uid > _suspectUntil;

    private EmailSettings Settings => EmailSettings.Of(connection.Channel);

    private MailTurn TurnOf(ImapMail mail) => new(connection, mail, mailbox.UidValidity, Delay: imap.CanIdle ? default : Settings.Poll, HasWaited: _isCatchUp);

    private async Task MoveOnAsync(uint uid, CancellationToken cancellationToken)
    {
        _cursor = _cursor with { Uid = Math.Max(_cursor.Uid, uid) };
        await SaveAsync(trying: null, cancellationToken);
    }

    private async Task SaveAsync(uint? trying, CancellationToken cancellationToken) => await connection.Notes.SetAsync(
        [new(_cursorNote, _cursor.ToString()), new(_tryingNote, trying is { } until ? new MailCursor(_cursor.Validity, until).ToString() : null)], keep: null, secret: false, cancellationToken);

    [LoggerMessage(4621, LogLevel.Warning, "The mailbox of tenant {Tenant}, channel {Channel} was numbered anew ({Before}, now {Now}): it is read from here on")]
    private static partial void LogRenumbered(ILogger log, Guid tenant, Guid channel, uint before, uint now);
}
