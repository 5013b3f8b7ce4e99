using System.Text;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Headers;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Text;

/// <summary>What a part is to a conversation.</summary>
internal enum MailPartRole
{
    /// <summary>It was read, and is in the body.</summary>
    Text,

    /// <summary>A picture that belongs into the text.</summary>
    Inline,

    /// <summary>A file.</summary>
    Attachment,

    /// <summary>Another form of a text that is there already.</summary>
    Ignored,
}

/// <summary>
/// Collects the text of a mail while its parts are walked. Give it every part; what it does not take is a file, whose content the caller reads or leaves.
/// </summary>
/// <example><code>
/// while (await reader.NextPartAsync(ct) is { } part)
///     if (await body.TakeAsync(part, ct) is MailPartRole.Attachment or MailPartRole.Inline) await intake.StoreAsync(tenant, part.Content, part.FileName ?? "file", part.MediaType, ct);
/// </code></example>
internal sealed class MailBody(MailLimits limits)
{
    private readonly List<Piece> _pieces = [];
    private int _textLeft = limits.TextBytes;
    private int _htmlLeft = limits.HtmlBytes;
    private string? _text;

    /// <summary>Plain where the sender wrote plain, else made of the HTML. Line ends are LF.</summary>
    public string Text => _text ??= Compose();

    /// <summary>The HTML as it came; null when there is none.</summary>
    public string? Html => _pieces.Exists(p => p.Html.Count > 0) ? string.Join('\n', _pieces.SelectMany(p => p.Html)) : null;

    /// <summary>The mail holds more text than is kept.</summary>
    public bool Truncated { get; private set; }

    /// <summary>Reads the part when it is text of the mail; says what it is.</summary>
    public async ValueTask<MailPartRole> TakeAsync(MailPart part, CancellationToken cancellationToken)
    {
        if (!IsText(part)) return Role(part);
        var html = part.MediaType == "text/html";
        var most = html ? _htmlLeft : _textLeft;
        var (content, truncated) = await PartText.ReadAsync(part, most, cancellationToken).ConfigureAwait(false);
        Truncated |= truncated;
        if (part.Recovered && string.IsNullOrWhiteSpace(content)) return MailPartRole.Ignored;
        var piece = PieceOf(part);
        if (html)
        {
            _htmlLeft -= Math.Min(_htmlLeft, content.Length);
            piece.Html.Add(content);
        }
        else
        {
            _textLeft -= Math.Min(_textLeft, content.Length);
            piece.Plain.Add(content);
        }

        _text = null;
        return MailPartRole.Text;
    }

    private static bool IsText(MailPart part)
    {
        if (part.MediaType is not ("text/plain" or "text/html")) return false;
        return part.Disposition != "attachment" || part.FileName is null && part.Parent?.Kind == MailContainerKind.Alternative;
    }

    private MailPartRole Role(MailPart part)
    {
        if (part.MediaType is "text/x-amp-html" or "text/watch-html" && part.Parent?.Kind == MailContainerKind.Alternative) return MailPartRole.Ignored;
        if (!part.MediaType.StartsWith("image/", StringComparison.Ordinal) || part.ContentId is not { } id) return MailPartRole.Attachment;
        if (_pieces.Exists(p => p.Html.Exists(h => h.Contains("cid:" + id, StringComparison.OrdinalIgnoreCase)))) return MailPartRole.Inline;
        return part.Disposition == "inline" || part.Disposition != "attachment" && part.Parent?.Kind == MailContainerKind.Related ? MailPartRole.Inline : MailPartRole.Attachment;
    }

    /// <summary>Alternatives make one piece; all else stands for itself, in the order of the mail.</summary>
    private Piece PieceOf(MailPart part)
    {
        var message = part.Parent?.Nearest(MailContainerKind.Message);
        if (part.Parent?.Nearest(MailContainerKind.Alternative) is { } choice && (message is null || choice.Depth > message.Depth))
        {
            if (_pieces.Find(p => p.Choice == choice) is { } known) return known;
            _pieces.Add(new(choice, message));
        }
        else _pieces.Add(new(null, message));

        return _pieces[^1];
    }

    private string Compose()
    {
        StringBuilder all = new();
        MailContainer? shown = null;
        foreach (var piece in _pieces)
        {
            if (piece.Message is { } message && message != shown) Append(all, Introduce(message.Header));
            shown = piece.Message ?? shown;
            Append(all, piece.Best(limits.TextBytes));
        }

        if (all.Length <= limits.TextBytes) return all.ToString();
        Truncated = true;
        return all.ToString(0, limits.TextBytes - (char.IsHighSurrogate(all[limits.TextBytes - 1]) ? 1 : 0));
    }

    private static void Append(StringBuilder all, string _text)
    {
        var trimmed = _text.AsSpan().Trim('\n');
        if (trimmed.IsWhiteSpace()) return;
        if (all.Length > 0) all.Append("\n\n");
        all.Append(trimmed);
    }

    /// <summary>A message that is shown within the mail begins with who wrote it.</summary>
    private static string Introduce(MailHeader header)
    {
        StringBuilder lines = new();
        foreach (var name in (ReadOnlySpan<string>)["From", "Subject", "Date", "To"])
        {
            if (header[name] is { Length: > 0 } value) lines.Append(name).Append(": ").Append(value).Append('\n');
        }

        return lines.ToString();
    }

    private sealed record Piece(MailContainer? Choice, MailContainer? Message)
    {
        public List<string> Plain { get; } = [];

        public List<string> Html { get; } = [];

        public string Best(int most)
        {
            var plain = string.Join("\n\n", Plain);
            return string.IsNullOrWhiteSpace(plain) && Html.Count > 0 ? string.Join("\n\n", Html.Select(h => HtmlText.Convert(h, most))) : plain;
        }
    }
}
