using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Headers;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading;

/// <summary>A part of a mail that is no multipart. Its content can be read once, until the next part is asked for.</summary>
internal sealed class MailPart(MailHeader header, string mediaType, MailContainer? parent, string path, int index, bool recovered, Stream content)
{
    public MailHeader Header => header;

    /// <summary>type/subtype in small letters; what the sender left out is the default of RFC 2045 5.2.</summary>
    public string MediaType => mediaType;

    /// <summary>The parameters of Content-Type.</summary>
    public FieldParameters ContentType => header.ContentType;

    /// <summary>As the sender says; null when it does not.</summary>
    public string? Charset => header.ContentType["charset"];

    /// <summary>inline, attachment, or whatever the sender wrote, in small letters; empty when it did not.</summary>
    public string Disposition => header.ContentDisposition.Value;

    /// <summary>As the sender wrote it (RFC 2183, 2231): a name for people, never a path to write to. Null when there is none.</summary>
    public string? FileName { get; } = Name(header);

    /// <summary>Without brackets (RFC 2392); null when there is none.</summary>
    public string? ContentId { get; } = header.Raw("Content-ID") is { } id && MessageIds.Parse(id) is [var first, ..] ? first : null;

    public string? Description => header["Content-Description"];

    /// <summary>What it stands in; null when it is all of the mail.</summary>
    public MailContainer? Parent => parent;

    public int Depth => parent is null ? 0 : parent.Depth + 1;

    /// <summary>As in IMAP: 1, or 2.1.</summary>
    public string Path => path;

    /// <summary>How many parts stand before it in its parent.</summary>
    public int Index => index;

    /// <summary>It is what stood where a multipart should have been.</summary>
    public bool Recovered => recovered;

    /// <summary>The content, its transfer encoding taken off, straight from the source.</summary>
    public Stream Content => content;

    private static string? Name(MailHeader header)
    {
        var name = header.ContentDisposition["filename"];
        if (string.IsNullOrEmpty(name)) name = header.ContentType["name"];
        return string.IsNullOrEmpty(name) ? null : name;
    }
}
