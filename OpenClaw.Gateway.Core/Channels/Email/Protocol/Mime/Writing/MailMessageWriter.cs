using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Writing;

/// <summary>
/// Writes a mail to a stream: its texts are in memory, its files pass through. It is all ASCII, with lines of at most 998 characters, unless an address has
/// other characters. The same mail is written the same way each time.
/// </summary>
internal sealed class MailMessageWriter
{
    private readonly List<Piece> _pieces = [];
    private readonly StringBuilder _text = new();

    /// <summary>Throws <see cref="ArgumentException"/> for a message id that is none and a header of a name that is not allowed.</summary>
    public MailMessageWriter(OutgoingMail mail)
    {
        ArgumentNullException.ThrowIfNull(mail);
        _text.Append(MailHeaders.Of(mail));
        var mark = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(mail.MessageId)).AsSpan(0, 8));
        var inline = mail.Html is null ? [] : mail.Inline;
        List<MailFile> attached = mail.Html is null ? [.. mail.Inline, .. mail.Attachments] : [.. mail.Attachments];
        Multipart("mixed", mark, [() => Body(mail, inline, mark), .. attached.Select<MailFile, Action>(f => () => File(f, isInline: false))]);
        Flush();
        NeedsUtf8 = _pieces.Any(p => p.Text is { } text && !Ascii.IsValid(text));
    }

    /// <summary>The headers have an address with characters beyond ASCII: see <see cref="Smtp.SmtpEnvelope.Utf8Headers"/>.</summary>
    public bool NeedsUtf8 { get; }

    /// <summary>Bytes of the mail; null when the length of a file is not known (then <see cref="MeasureAsync"/> tells).</summary>
    public long? Size => _pieces.All(p => p.Length is not null) ? _pieces.Sum(p => p.Length) : null;

    /// <summary>Bytes of the mail; reads the files where their lengths are not known.</summary>
    public async ValueTask<long> MeasureAsync(CancellationToken cancellationToken)
    {
        if (Size is { } size) return size;
        await using var counter = new CountingStream();
        await WriteAsync(counter, cancellationToken);
        return counter.Count;
    }

    /// <summary>Writes the whole mail. Throws <see cref="InvalidDataException"/> when a file has not the length that was said.</summary>
    public async Task WriteAsync(Stream output, CancellationToken cancellationToken)
    {
        foreach (var piece in _pieces)
        {
            if (piece.Text is { } text) await output.WriteAsync(text, cancellationToken);
            else await WriteAsync(piece.File!, output, cancellationToken);
        }
    }

    private static async Task WriteAsync(MailFile file, Stream output, CancellationToken cancellationToken)
    {
        await using var input = await file.Open(cancellationToken);
        var read = await Base64Lines.WriteAsync(input, output, cancellationToken);
        if (file.Length is { } said && said != read) throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"A file of {said} bytes has {read} bytes."));
    }

    private void Body(OutgoingMail mail, IReadOnlyList<MailFile> inline, string mark)
    {
        if (mail.Html is not { } html)
        {
            Text("plain", mail.Text);
            return;
        }

        Multipart("alternative", mark,
        [
            () => Text("plain", mail.Text),
            () => Multipart("related", mark, [() => Text("html", html), .. inline.Select<MailFile, Action>(f => () => File(f, isInline: true))]),
        ]);
    }

    /// <summary>A single part stands for itself.</summary>
    private void Multipart(string kind, string mark, IReadOnlyList<Action> parts)
    {
        if (parts.Count == 1)
        {
            parts[0]();
            return;
        }

        // neither quoted-printable nor base64 ever holds "=_"
        var boundary = $"=_{kind}_{mark}";
        var type = kind == "related" ? "related; type=\"text/html\"" : kind;
        _text.Append(CultureInfo.InvariantCulture, $"Content-Type: multipart/{type};\r\n boundary=\"{boundary}\"\r\n\r\n");
        foreach (var part in parts)
        {
            _text.Append(CultureInfo.InvariantCulture, $"--{boundary}\r\n");
            part();
            _text.Append("\r\n");
        }

        _text.Append(CultureInfo.InvariantCulture, $"--{boundary}--\r\n");
    }

    private void Text(string subtype, string content) =>
        _text.Append(CultureInfo.InvariantCulture, $"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n").Append(QuotedPrintable.Encode(content));

    private void File(MailFile file, bool isInline)
    {
        _text.Append(FileHeaders.Of(file, isInline));
        Flush();
        _pieces.Add(new(null, file));
    }

    private void Flush()
    {
        if (_text.Length == 0) return;
        _pieces.Add(new(Encoding.UTF8.GetBytes(_text.ToString()), null));
        _text.Clear();
    }

    /// <summary>Text that is ready, or a file.</summary>
    private sealed record Piece(byte[]? Text, MailFile? File)
    {
        public long? Length => Text is { } text ? text.Length : File!.Length is { } length ? Base64Lines.LengthOf(length) : null;
    }
}
