namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading;

/// <summary>What a mail may cost its reader. Whatever is over one of them ends the reading with a <see cref="MailLimitException"/>.</summary>
internal sealed record MailLimits
{
    public static MailLimits Default { get; } = new();

    /// <summary>Bytes of the whole mail as it came.</summary>
    public long TotalBytes { get; init; } = 100L * 1024 * 1024;

    /// <summary>Bytes of one header: that of the mail, or that of a part.</summary>
    public int HeaderBytes { get; init; } = 512 * 1024;

    /// <summary>Bytes of one field of a header, with its continuation lines.</summary>
    public int FieldBytes { get; init; } = 128 * 1024;

    /// <summary>Fields of one header.</summary>
    public int HeaderFields { get; init; } = 4000;

    /// <summary>Multiparts and messages within each other.</summary>
    public int Depth { get; init; } = 32;

    /// <summary>Parts of the mail, multiparts counted.</summary>
    public int Parts { get; init; } = 1000;

    /// <summary>Characters of a boundary; RFC 2046 allows 70.</summary>
    public int BoundaryLength { get; init; } = 512;

    /// <summary>Bytes of text (decoded) that <see cref="Text.MailBody"/> keeps; what is more is cut off and told, it is no fault.</summary>
    public int TextBytes { get; init; } = 1024 * 1024;

    /// <summary>The same for HTML, which holds less text than it is long.</summary>
    public int HtmlBytes { get; init; } = 4 * 1024 * 1024;
}

/// <summary>The limits of a mail by name.</summary>
internal enum MailLimit
{
    TotalBytes,
    HeaderBytes,
    FieldBytes,
    HeaderFields,
    Depth,
    Parts,
    BoundaryLength,
}

/// <summary>A mail goes over one of its limits.</summary>
internal sealed class MailLimitException(MailLimit limit, long most) : IOException(FormattableString.Invariant($"The mail goes over the limit {limit} of {most}."))
{
    public MailLimit Limit => limit;

    public long Most => most;
}
