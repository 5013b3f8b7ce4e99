using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;

/// <summary>
/// An address that can stand in a command: dot-atom, RFC 6531 characters allowed. Quoted local parts, spaces, angle brackets
/// and anything invisible are refused, so no address can end its command and begin another.
/// </summary>
internal sealed record SmtpAddress
{
    private const string AtomSpecials = "!#$%&'*+-/=?^_`{|}~";

    private SmtpAddress(string local, string domain)
    {
        Local = local;
        Domain = domain;
    }

    public string Local { get; }

    /// <summary>In ASCII (IDNA).</summary>
    public string Domain { get; }

    /// <summary>The server must offer SMTPUTF8.</summary>
    public bool NeedsUtf8 => !Ascii.IsValid(Local);

    public static bool TryParse(string? text, [NotNullWhen(true)] out SmtpAddress? address)
    {
        address = null;
        var at = text?.LastIndexOf('@') ?? -1;
        if (at < 1) return false;
        var local = text![..at];
        if (Encoding.UTF8.GetByteCount(local) > 64 || !local.Split('.').All(IsAtom) || !TryDomain(text[(at + 1)..], out var domain)) return false;
        if (Encoding.UTF8.GetByteCount(local) + 1 + domain.Length > 254) return false;
        address = new(local, domain);
        return true;
    }

    public static SmtpAddress Parse(string text) =>
        TryParse(text, out var address) ? address : throw new FormatException("This is not an e-mail address that can be sent to.");

    public override string ToString() => $"{Local}@{Domain}";

    private static bool IsAtom(string atom) => atom.Length > 0 && atom.EnumerateRunes().All(IsAtomRune);

    private static bool IsAtomRune(Rune rune)
    {
        if (rune == Rune.ReplacementChar) return false; // half a surrogate pair reads as this
        if (rune.IsAscii) return Rune.IsLetterOrDigit(rune) || AtomSpecials.Contains((char)rune.Value, StringComparison.Ordinal);
        return Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
            or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse);
    }

    private static bool TryDomain(string text, out string domain)
    {
        domain = "";
        try
        {
            domain = new IdnMapping { UseStd3AsciiRules = true }.GetAscii(text).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return false;
        }

        return domain.Length is > 0 and <= 253 && domain.Split('.').All(label => label.Length is > 0 and <= 63);
    }
}
