using System.Globalization;
using System.Text.RegularExpressions;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;

/// <summary>A reply: its code (RFC 5321 4.2), its lines without the code, and its enhanced status code (RFC 3463) if it has one.</summary>
internal sealed partial record SmtpReply(int Code, IReadOnlyList<string> Lines)
{
    private const int MaxShown = 200;

    public bool IsPositive => Code is >= 200 and < 300;

    public bool IsIntermediate => Code is >= 300 and < 400;

    public bool IsTemporary => Code is >= 400 and < 500;

    public bool IsPermanent => Code is >= 500 and < 600;

    /// <summary>Such as <c>5.1.1</c>; null when there is none, or when its class is not the code's.</summary>
    public string? Enhanced { get; } = EnhancedOf(Code, Lines);

    /// <summary>For logs and people: the server's text without words that may be addresses, links or tokens.</summary>
    public override string ToString()
    {
        var text = string.Join(' ', Lines.SelectMany(l => l.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)).Select(Shown));
        if (text.Length > MaxShown) text = string.Concat(text.AsSpan(0, MaxShown), "…");
        return text.Length == 0 ? Code.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{Code} {text}");
    }

    private static string Shown(string word) =>
        word.Length > 40 || word.AsSpan().ContainsAny("@/:=\\") ? "…" : new([.. word.Select(c => char.IsControl(c) ? '?' : c)]);

    private static string? EnhancedOf(int code, IReadOnlyList<string> lines) =>
        lines.Count > 0 && StatusCode().Match(lines[0]) is { Success: true } match && match.Value[0] - '0' == code / 100 ? match.Value : null;

    [GeneratedRegex(@"\A[245]\.\d{1,3}\.\d{1,3}(?= |\z)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex StatusCode();
}
