using System.Globalization;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;

internal sealed partial class ImapConnection
{
    /// <summary>All folders of the account, with their special uses where the server knows them.</summary>
    public async Task<IReadOnlyList<ImapFolder>> ListAsync(CancellationToken cancellationToken)
    {
        List<ImapFolder> folders = [];
        void Hear(ImapAnswer answer)
        {
            if (!answer.Is("LIST") || Folder(answer) is not { } folder) return;
            if (folders.Count == ImapBounds.Folders) throw new InvalidDataException("folders without end");
            folders.Add(folder);
        }

        if (Offered.Can("SPECIAL-USE") && Offered.Can("LIST-EXTENDED"))
        {
            if ((await RunAsync(new ImapCommand("LIST").Word("\"\" \"*\" RETURN (SPECIAL-USE)"), cancellationToken, Hear)).IsOk) return folders;
            folders.Clear();
        }

        await ExpectAsync(new ImapCommand("LIST").Word("\"\" \"*\""), ImapFailure.Refused, "The folders cannot be listed", cancellationToken, Hear);
        return folders;
    }

    /// <summary>Where own folders go.</summary>
    public async Task<ImapNamespace> NamespaceAsync(CancellationToken cancellationToken)
    {
        ImapNamespace? personal = null;
        if (Offered.Can("NAMESPACE"))
        {
            await RunAsync(new("NAMESPACE"), cancellationToken, answer =>
            {
                if (answer.Is("NAMESPACE") && answer.Values is [{ Items: [{ Items: [{ Text: { } prefix }, var separator, ..] }, ..] }, ..])
                    personal = new(Name(prefix), Separator(separator));
            });
            if (personal is not null) return personal;
        }

        await RunAsync(new ImapCommand("LIST").Word("\"\" \"\""), cancellationToken, answer =>
        {
            if (answer.Is("LIST") && answer.Values is [_, var separator, ..]) personal = new("", Separator(separator));
        });
        return personal ?? new("", null);
    }

    /// <summary>Opens a mailbox; read-only = without changing so much as the \Recent flag.</summary>
    public async Task<ImapMailbox> SelectAsync(string name, bool readOnly, CancellationToken cancellationToken)
    {
        Selected = null;
        _hasNews = false;
        var mailbox = new ImapMailbox { Name = name };
        bool uidNext = false, limited = false;
        var command = Mailbox(new(readOnly ? "EXAMINE" : "SELECT"), name);
        var reply = await RunAsync(command, cancellationToken, answer =>
        {
            var number = Number(answer.Reply?.CodeArguments);
            switch (answer.Reply?.Code ?? answer.Name)
            {
                case "EXISTS":
                    mailbox = mailbox with { Exists = answer.Number ?? 0 };
                    break;
                case "UIDVALIDITY" when number is not null:
                    mailbox = mailbox with { UidValidity = number.Value };
                    break;
                case "UIDNEXT" when number is > 0:
                    uidNext = true;
                    mailbox = mailbox with { UidNext = number.Value };
                    break;
                case "PERMANENTFLAGS":
                    limited = true;
                    mailbox = mailbox with { PermanentFlags = Words(answer.Reply!.CodeArguments) };
                    break;
                case "FLAGS" when !limited && answer.Values is [{ Items: var flags }, ..]:
                    mailbox = mailbox with { PermanentFlags = [.. flags.Select(f => f.Text ?? "")] };
                    break;
                case "READ-ONLY":
                    mailbox = mailbox with { IsReadOnly = true };
                    break;
            }
        });
        if (!reply.IsOk) throw ImapException.Of(reply, ImapFailure.NoSuchMailbox, "The mailbox cannot be opened");
        Selected = mailbox with { IsReadOnly = readOnly || mailbox.IsReadOnly || reply.Code == "READ-ONLY" };
        if (!uidNext) Selected = Selected with { UidNext = await LastUidAsync(cancellationToken) + 1 };
        return Selected;
    }

    /// <summary>Asks about a mailbox that is not the open one.</summary>
    public async Task<ImapStatus> StatusAsync(string name, CancellationToken cancellationToken)
    {
        var status = new ImapStatus(null, null, null, null);
        await ExpectAsync(Mailbox(new("STATUS"), name).Word("(MESSAGES UIDNEXT UIDVALIDITY UNSEEN)"), ImapFailure.NoSuchMailbox, "The mailbox cannot be asked about", cancellationToken, answer =>
        {
            if (!answer.Is("STATUS") || answer.Values is not [.., { IsList: true, Items: var items }]) return;
            for (var i = 0; i + 1 < items.Count; i += 2)
            {
                var number = Number(items[i + 1].Text);
                status = items[i].Text?.ToUpperInvariant() switch
                {
                    "MESSAGES" => status with { Messages = number },
                    "UIDNEXT" => status with { UidNext = number },
                    "UIDVALIDITY" => status with { UidValidity = number },
                    "UNSEEN" => status with { Unseen = number },
                    _ => status,
                };
            }
        });
        return status;
    }

    /// <summary>Makes a mailbox and subscribes to it; one that is there already is as good.</summary>
    public async Task CreateAsync(string name, CancellationToken cancellationToken)
    {
        var reply = await RunAsync(Mailbox(new("CREATE"), name), cancellationToken);
        if (!reply.IsOk && reply.Code != "ALREADYEXISTS" && !reply.Text.Contains("exists", StringComparison.OrdinalIgnoreCase))
            throw ImapException.Of(reply, ImapFailure.Refused, "The folder cannot be made");
        await RunAsync(Mailbox(new("SUBSCRIBE"), name), cancellationToken); // for the eyes of other programs; no harm if not
    }

    /// <summary>Stays connected, and hears what is new.</summary>
    public Task NoopAsync(CancellationToken cancellationToken) => ExpectAsync(new("NOOP"), ImapFailure.Refused, "The connection is not well", cancellationToken);

    private async Task<uint> LastUidAsync(CancellationToken cancellationToken)
    {
        uint last = 0;
        if (Selected is not { Exists: > 0 }) return last;
        await RunAsync(new ImapCommand("FETCH").Word("* (UID)"), cancellationToken, answer =>
        {
            if (answer.Is("FETCH") && FetchItems.Of(answer).Uid is { } uid) last = Math.Max(last, uid);
        });
        return last;
    }

    private ImapCommand Mailbox(ImapCommand command, string name) => command.String(_utf8 ? name : MailboxName.Encode(name));

    private string Name(string raw) => _utf8 ? raw : MailboxName.Decode(raw);

    private ImapFolder? Folder(ImapAnswer answer) =>
        answer.Values is [{ Items: var attributes }, var separator, { Text: { Length: > 0 } name }, ..]
            ? new(Name(name), Separator(separator), [.. attributes.Select(a => a.Text ?? "").Where(a => a.Length > 0)])
            : null;

    private static char? Separator(ImapValue value) => value.Text is { Length: 1 } text ? text[0] : null;

    private static string[] Words(string text) => text.Trim().Trim('(', ')').Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static uint? Number(string? text) => uint.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
