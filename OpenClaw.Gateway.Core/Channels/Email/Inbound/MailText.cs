using System.Security.Cryptography;
using System.Text;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Inbound;

/// <summary>A mail's text as a conversation has it.</summary>
/// <param name="Fresh">What is new in it.</param>
/// <param name="Quoted">What was written before; null = nothing.</param>
/// <param name="Signature">Null = none.</param>
/// <param name="Whole">All of it where <paramref name="Fresh"/> had to be cut; null = it did not.</param>
internal sealed record MailText(string Fresh, string? Quoted, string? Signature, string? Whole)
{
    /// <summary>The file that has all of a text that was cut.</summary>
    public const string WholeName = "mail.txt";

    private const int LettersThatTell = 20;
    private const int MostShortWords = 2;
    private const int MostFolded = 64 * 1024;
    private const string GoesOn = "\n\n[…] (The whole text is in the file " + WholeName + ".)";

    /// <param name="text">The mail's text.</param>
    /// <param name="subject">Stands in where there is no text.</param>
    /// <param name="mostBytes">Of new text.</param>
    /// <param name="hasFiles">Then there need be no text.</param>
    public static MailText Of(string text, string? subject, int mostBytes, bool hasFiles)
    {
        ArgumentNullException.ThrowIfNull(text);
        var split = QuotedText.Split(text, IsForward(subject));
        var fresh = split.Fresh;
        if (string.IsNullOrWhiteSpace(fresh)) fresh = subject ?? (hasFiles ? "" : "(An empty mail.)");
        var quoted = string.Join('\n', split.Segments.Where(s => s.Kind == TextKind.Quoted).Select(s => s.Text)).Trim('\n');
        return new(Fit(fresh, mostBytes), Bounded(quoted), Bounded(split.Signature?.Trim('\n')), Encoding.UTF8.GetByteCount(fresh) > mostBytes ? text : null);
    }

    /// <summary>The same for the same words, however they are broken into lines; in longer texts whatever words with digits stand among them (tickets, times).</summary>
    public string Hash()
    {
        var words = Fresh.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var plain = string.Concat(words.Where(w => !w.Any(char.IsDigit)).SelectMany(w => w).Where(char.IsLetter));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(plain.Length >= LettersThatTell ? plain : string.Join(' ', words))));
    }

    /// <summary>It is so short ("yes", "thank you") that people write it again and again.</summary>
    public bool IsShort => Fresh.Split((char[]?)null, MostShortWords + 1, StringSplitOptions.RemoveEmptyEntries).Length <= MostShortWords;

    /// <summary>At most so many bytes: cut between paragraphs, lines, or words if one of them is near.</summary>
    private static string Fit(string text, int mostBytes)
    {
        if (Encoding.UTF8.GetByteCount(text) <= mostBytes) return text;
        var bytes = Encoding.UTF8.GetBytes(text);
        var end = Math.Max(0, mostBytes - Encoding.UTF8.GetByteCount(GoesOn));
        while (end > 0 && (bytes[end] & 0xC0) == 0x80) end--;
        var head = Encoding.UTF8.GetString(bytes, 0, end);
        foreach (var at in (int[])[head.LastIndexOf("\n\n", StringComparison.Ordinal), head.LastIndexOf('\n'), head.LastIndexOf(' ')])
            if (at > head.Length * 3 / 4) return head[..at].TrimEnd() + GoesOn;
        return head + GoesOn;
    }

    private static string? Bounded(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        if (text.Length <= MostFolded) return text;
        return text[..(char.IsHighSurrogate(text[MostFolded - 1]) ? MostFolded - 1 : MostFolded)];
    }

    private static bool IsForward(string? subject) =>
        subject is not null && ((string[])["Fwd:", "Fw:", "WG:", "TR:", "RV:", "Enc:", "I:"]).Any(p => subject.StartsWith(p, StringComparison.OrdinalIgnoreCase));
}
