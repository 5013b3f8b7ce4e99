using System.Buffers;
using System.Globalization;
using System.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;

internal sealed partial class ImapConnection
{
    private const int MailsAtOnce = 500;

    private static readonly SearchValues<char> NoFlag = SearchValues.Create(" (){}%*\"]");

    /// <summary>The UIDs of the open mailbox above one, ascending; with a day only of mails that the server received then or later.</summary>
    public Task<IReadOnlyList<uint>> SearchAsync(uint above, DateOnly? since, CancellationToken cancellationToken)
    {
        if (above == uint.MaxValue) return Task.FromResult<IReadOnlyList<uint>>([]);
        var command = new ImapCommand("UID SEARCH").Word(string.Create(CultureInfo.InvariantCulture, $"UID {above + 1}:*"));
        if (since is { } day) command.Word("SINCE " + day.ToString("d-MMM-yyyy", CultureInfo.InvariantCulture));
        return FindAsync(command, above, cancellationToken);
    }

    /// <summary>The UIDs of mails with a header that holds a text, such as a Message-ID.</summary>
    public Task<IReadOnlyList<uint>> SearchHeaderAsync(string header, string text, CancellationToken cancellationToken)
    {
        var command = new ImapCommand("UID SEARCH");
        if (!Ascii.IsValid(text)) command.Word("CHARSET UTF-8");
        return FindAsync(command.Word("HEADER").String(header).String(text), 0, cancellationToken);
    }

    /// <summary>What the server knows of mails, in ascending order. Those that are gone are left out.</summary>
    public async Task<IReadOnlyList<ImapMail>> FetchAsync(IReadOnlyCollection<uint> uids, CancellationToken cancellationToken)
    {
        var wanted = uids.ToHashSet();
        SortedDictionary<uint, ImapMail> mails = [];
        foreach (var set in UidSet.Of(wanted, MailsAtOnce))
        {
            var command = new ImapCommand("UID FETCH").Word(set).Word("(UID RFC822.SIZE INTERNALDATE FLAGS)");
            await ExpectAsync(command, ImapFailure.Refused, "The mails cannot be read", cancellationToken, answer =>
            {
                if (!answer.Is("FETCH") || FetchItems.Of(answer) is not { Uid: { } uid } items || !wanted.Contains(uid)) return;
                var before = mails.GetValueOrDefault(uid);
                mails[uid] = new(uid, items.Size ?? before?.Size, items.Received ?? before?.Received, items.Flags ?? before?.Flags ?? []);
            });
        }

        return [.. mails.Values];
    }

    /// <summary>The header of a mail, at most so much of it; null = the mail is gone.</summary>
    public async Task<byte[]?> HeaderAsync(uint uid, int maxBytes, CancellationToken cancellationToken)
    {
        using var window = new ImapWindow(maxBytes);
        return await PieceAsync(uid, "HEADER", 0, window, cancellationToken) ? window.Content.ToArray() : null;
    }

    /// <summary>
    /// The mail as a stream that is read once, forward, and fetches piece after piece; null = the mail is gone. Between two reads the
    /// connection may be used otherwise, as long as the same mailbox stays open.
    /// </summary>
    /// <param name="mail">Its size saves asking whether there is more.</param>
    /// <param name="pieceBytes">How much memory it takes.</param>
    /// <param name="cancellationToken">For the first piece.</param>
    public async Task<Stream?> OpenMailAsync(ImapMail mail, int pieceBytes = 128 * 1024, CancellationToken cancellationToken = default)
    {
        var stream = new ImapMailStream(this, mail, pieceBytes);
        if (await stream.BeginAsync(cancellationToken)) return stream;
        await stream.DisposeAsync();
        return null;
    }

    /// <summary>Fetches a piece of a mail into the window; false = the mail is gone, or the server does not give it.</summary>
    internal async Task<bool> PieceAsync(uint uid, string section, long offset, ImapWindow window, CancellationToken cancellationToken)
    {
        window.Clear(offset);
        var there = false;
        var command = new ImapCommand("UID FETCH").Word(uid).Word(string.Create(CultureInfo.InvariantCulture, $"(UID BODY.PEEK[{section}]<{offset}.{window.Capacity}>)"));
        var reply = await RunAsync(command, cancellationToken, answer => there |= Took(answer, uid, window), window, window.Capacity);
        if (!reply.IsOk && !there) throw ImapException.Of(reply, ImapFailure.Refused, "The mail cannot be read");
        return there;
    }

    /// <summary>Moves mails to another folder. Where the server cannot move, they are copied and deleted.</summary>
    public async Task MoveAsync(IReadOnlyCollection<uint> uids, string folder, CancellationToken cancellationToken)
    {
        MayChange();
        foreach (var set in UidSet.Of(uids, MailsAtOnce))
        {
            if (Offered.Can("MOVE"))
            {
                await ExpectAsync(Mailbox(new ImapCommand("UID MOVE").Word(set), folder), ImapFailure.Refused, "The mails cannot be moved", cancellationToken);
                continue;
            }

            await ExpectAsync(Mailbox(new ImapCommand("UID COPY").Word(set), folder), ImapFailure.Refused, "The mails cannot be copied", cancellationToken);
            await StoreAsync(set, "+", ["\\Deleted"], cancellationToken);
            // without UIDPLUS others' mails would go, too: the flag must do
            if (Offered.Can("UIDPLUS")) await ExpectAsync(new ImapCommand("UID EXPUNGE").Word(set), ImapFailure.Refused, "The mails cannot be removed", cancellationToken);
        }
    }

    /// <summary>Sets flags such as <c>\Seen</c>, or takes them away.</summary>
    public async Task FlagAsync(IReadOnlyCollection<uint> uids, bool set, IReadOnlyList<string> flags, CancellationToken cancellationToken)
    {
        MayChange();
        foreach (var some in UidSet.Of(uids, MailsAtOnce)) await StoreAsync(some, set ? "+" : "-", flags, cancellationToken);
    }

    /// <summary>Puts a mail into a folder. The content has CRLF line ends and is exactly so long.</summary>
    public async Task<ImapAppended?> AppendAsync(string folder, IReadOnlyList<string> flags, Stream content, long size, CancellationToken cancellationToken)
    {
        var command = Mailbox(new("APPEND"), folder);
        if (flags.Count > 0) command.Word(List(flags));
        var reply = await RunAsync(command.Literal(content, size), cancellationToken, bytes: size);
        if (!reply.IsOk) throw ImapException.Of(reply, ImapFailure.Refused, "The mail cannot be put into the folder");
        var numbers = reply.Code == "APPENDUID" ? Words(reply.CodeArguments) : [];
        return numbers is [var validity, var uid, ..] && Number(validity) is { } v && Number(uid) is { } u ? new(v, u) : null;
    }

    /// <summary>Some servers say OK to changes that they do not make.</summary>
    private void MayChange()
    {
        if (Selected is { IsReadOnly: true }) throw new ImapException(ImapFailure.ReadOnly, "The mailbox is open for reading only, and cannot be changed.");
    }

    private Task StoreAsync(string set, string sign, IReadOnlyList<string> flags, CancellationToken cancellationToken) =>
        ExpectAsync(new ImapCommand("UID STORE").Word(set).Word(sign + "FLAGS.SILENT").Word(List(flags)), ImapFailure.Refused, "The mails cannot be marked", cancellationToken);

    private async Task<IReadOnlyList<uint>> FindAsync(ImapCommand command, uint above, CancellationToken cancellationToken)
    {
        SortedSet<uint> found = [];
        _hasNews = false;
        await ExpectAsync(command, ImapFailure.Refused, "The mailbox cannot be searched", cancellationToken, answer =>
        {
            // "n:*" names the last mail even if its UID is below n
            if (answer.Is("SEARCH")) found.UnionWith(answer.Numbers.Where(u => u > above));
            if (answer.Is("ESEARCH")) found.UnionWith(Extended(answer).Where(u => u > above));
            if (found.Count > ImapBounds.Search / 8) throw new InvalidDataException("more mails than can be");
        });
        return [.. found];
    }

    private static IEnumerable<uint> Extended(ImapAnswer answer)
    {
        var all = answer.Values.SkipWhile(v => !"ALL".Equals(v.Text, StringComparison.OrdinalIgnoreCase)).Skip(1).FirstOrDefault();
        return UidSet.Expand(all?.Text ?? "").Take(ImapBounds.Search / 8 + 1);
    }

    private static bool Took(ImapAnswer answer, uint uid, ImapWindow window)
    {
        if (!answer.Is("FETCH") || FetchItems.Of(answer) is not { Content: { } content } items) return false;
        if (items.Uid is { } given && given != uid) throw new InvalidDataException("another mail than was asked for");
        if (content.Text is { } text) window.Put(Encoding.UTF8.GetBytes(text));
        return content != ImapValue.Nil || window.Offset > 0;
    }

    private static string List(IReadOnlyList<string> flags)
    {
        if (flags.Any(f => f.Length == 0 || f.AsSpan().ContainsAny(NoFlag) || f.AsSpan().ContainsAnyExceptInRange('!', '~'))) throw new ArgumentException("Not a flag.", nameof(flags));
        return $"({string.Join(' ', flags)})";
    }
}
