namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;

/// <summary>A mailbox that was opened.</summary>
internal sealed record ImapMailbox
{
    public required string Name { get; init; }

    /// <summary>When it differs from before, all known UIDs mean nothing any more. 0 = the server does not say: it keeps no UIDs.</summary>
    public uint UidValidity { get; init; }

    /// <summary>The UID of the next mail to come is this or a larger one.</summary>
    public uint UidNext { get; init; }

    /// <summary>How many mails there are.</summary>
    public uint Exists { get; init; }

    public bool IsReadOnly { get; init; }

    /// <summary>Flags that can be changed for good; <c>\*</c> = any.</summary>
    public IReadOnlyList<string> PermanentFlags { get; init; } = [];
}

/// <summary>What is said of a mailbox without opening it; null = not said.</summary>
internal sealed record ImapStatus(uint? UidValidity, uint? UidNext, uint? Messages, uint? Unseen);

/// <summary>A mailbox in a list.</summary>
/// <param name="Name">As people read it.</param>
/// <param name="Separator">Between the levels of the name; null = there are none.</param>
/// <param name="Attributes">Such as <c>\Noselect</c> and the special uses of RFC 6154.</param>
internal sealed record ImapFolder(string Name, char? Separator, IReadOnlyList<string> Attributes)
{
    /// <summary>It can be opened.</summary>
    public bool IsSelectable => !Has("\\Noselect") && !Has("\\NonExistent");

    public bool Has(string attribute) => Attributes.Contains(attribute, StringComparer.OrdinalIgnoreCase);
}

/// <summary>Where the folders of this account are: what their names begin with, such as <c>INBOX.</c>, and what separates levels.</summary>
internal sealed record ImapNamespace(string Prefix, char? Separator)
{
    /// <summary>The name as the server wants it. One that begins with the prefix has it.</summary>
    public string Of(string folder)
    {
        // people write a/b, whatever stands between folders on their server
        var name = Separator is { } separator and not '/' && !folder.Contains(separator, StringComparison.Ordinal) ? folder.Replace('/', separator) : folder;
        return name.Equals("INBOX", StringComparison.OrdinalIgnoreCase) || name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? name : Prefix + name;
    }
}

/// <summary>What is known of a mail without its content; what the server did not say is null.</summary>
/// <param name="Uid">Within the mailbox.</param>
/// <param name="Size">Bytes, as the server counts them: some count wrong.</param>
/// <param name="Received">INTERNALDATE.</param>
/// <param name="Flags">Such as <c>\Seen</c>.</param>
internal sealed record ImapMail(uint Uid, long? Size, DateTimeOffset? Received, IReadOnlyList<string> Flags)
{
    public bool Has(string flag) => Flags.Contains(flag, StringComparer.OrdinalIgnoreCase);
}

/// <summary>Where an appended mail is, if the server says (RFC 4315).</summary>
internal sealed record ImapAppended(uint UidValidity, uint Uid);

/// <summary>Why an IDLE ended.</summary>
internal enum ImapNews
{
    /// <summary>Mails came or went.</summary>
    Changed,

    /// <summary>Its time was up.</summary>
    TimeUp,

    /// <summary>The caller has something else to do.</summary>
    Called,
}
