namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Headers;

/// <summary>The header of a mail or of a part: its fields in order, and what they say (RFC 5322, 2045, 2047, 3834, 2919).</summary>
internal sealed class MailHeader(IReadOnlyList<HeaderField> fields)
{
    private FieldParameters? _contentType;
    private FieldParameters? _disposition;

    public static MailHeader Empty { get; } = new([]);

    /// <summary>The fields as they came.</summary>
    public IReadOnlyList<HeaderField> Fields => fields;

    /// <summary>The text of the first field of that name, encoded words decoded; null when there is none.</summary>
    public string? this[string name] => Find(name)?.Text;

    public string Subject => this["Subject"] ?? "";

    public IReadOnlyList<MailboxAddress> From => Raw("From") is { } value ? AddressParser.Parse(value) : [];

    public MailboxAddress? Sender => Addresses("Sender") is [var sender, ..] ? sender : null;

    public IReadOnlyList<MailboxAddress> ReplyTo => Addresses("Reply-To");

    public IReadOnlyList<MailboxAddress> To => Addresses("To");

    public IReadOnlyList<MailboxAddress> Cc => Addresses("Cc");

    public DateTimeOffset? Date => MailDate.Parse(Raw("Date"));

    /// <summary>Without brackets; null when there is none.</summary>
    public string? MessageId => Ids("Message-ID") is [var id, ..] ? id : null;

    /// <summary>Ids without brackets.</summary>
    public IReadOnlyList<string> InReplyTo => Ids("In-Reply-To");

    /// <summary>Ids without brackets, oldest first.</summary>
    public IReadOnlyList<string> References => Ids("References");

    /// <summary>The keyword of Auto-Submitted (RFC 3834) in small letters; null when there is none.</summary>
    public string? AutoSubmitted => Keyword("Auto-Submitted");

    /// <summary>bulk, junk, list and such, in small letters; null when there is none.</summary>
    public string? Precedence => Keyword("Precedence");

    /// <summary>The list's id (RFC 2919) without its name; null when there is none.</summary>
    public string? ListId => Raw("List-Id") is { } value ? Bracketed(value) ?? value : null;

    /// <summary>The address bounces go to; empty for the null path of bounces themselves; null when nobody noted it.</summary>
    public string? ReturnPath => Raw("Return-Path") is { } value ? Bracketed(value) ?? value : null;

    /// <summary>The value and parameters of Content-Type; its value is empty when there is none.</summary>
    public FieldParameters ContentType => _contentType ??= FieldParameters.Parse(Raw("Content-Type"));

    public FieldParameters ContentDisposition => _disposition ??= FieldParameters.Parse(Raw("Content-Disposition") is { } value && value.StartsWith("=?", StringComparison.Ordinal) ? EncodedWords.Decode(value) : Raw("Content-Disposition"));

    public bool Has(string name) => Find(name) is not null;

    /// <summary>The value of the first field of that name as it stands, unfolded.</summary>
    public string? Raw(string name) => Find(name)?.Value;

    public IEnumerable<HeaderField> All(string name) => fields.Where(f => f.Is(name));

    /// <summary>Everybody in all fields of that name.</summary>
    public IReadOnlyList<MailboxAddress> Addresses(string name) => [.. All(name).SelectMany(f => AddressParser.Parse(f.Value))];

    private HeaderField? Find(string name)
    {
        foreach (var field in fields)
        {
            if (field.Is(name)) return field;
        }

        return null;
    }

    private IReadOnlyList<string> Ids(string name) => Raw(name) is { } value ? MessageIds.Parse(value) : [];

    private string? Keyword(string name) => Raw(name) is { } value ? FieldParameters.Parse(value).Value : null;

    private static string? Bracketed(string value)
    {
        var open = value.LastIndexOf('<');
        var close = open < 0 ? -1 : value.IndexOf('>', open);
        return close < 0 ? null : value[(open + 1)..close].Trim();
    }
}
