namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;

/// <summary>How much a server may say. Whoever says more does not speak IMAP.</summary>
internal static class ImapBounds
{
    /// <summary>Bytes of an answer without its literals.</summary>
    public const int Text = 64 * 1024;

    /// <summary>Bytes of a list of found mails: 500,000 of them.</summary>
    public const int Search = 4 * 1024 * 1024;

    /// <summary>Bytes of all literals of an answer that are no content of mails.</summary>
    public const int Literals = 64 * 1024;

    /// <summary>Bytes of a literal that is the content of a mail. Only servers that know no partial fetch send more than they were asked for.</summary>
    public const long Content = 256 * 1024 * 1024;

    /// <summary>Answers to one command.</summary>
    public const int Answers = 50_000;

    /// <summary>Words, strings and lists in one answer.</summary>
    public const int Values = 10_000;

    /// <summary>Lists in lists.</summary>
    public const int Depth = 32;

    /// <summary>Folders of one account.</summary>
    public const int Folders = 10_000;

    /// <summary>Empty lines between two answers.</summary>
    public const int EmptyLines = 16;
}
