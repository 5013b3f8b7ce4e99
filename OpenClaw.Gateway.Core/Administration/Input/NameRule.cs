using System.Globalization;
using System.Text;

namespace OpenClaw.Gateway.Core.Administration.Input;

/// <summary>
/// What names are: 1 to 80 characters, a character being a Unicode scalar value (an emoji is one, not two). Something of it can be
/// seen, and nothing in it hides or turns around what stands beside it.
/// </summary>
public static class NameRule
{
    /// <summary>The most.</summary>
    public const int MaxLength = 80;

    /// <summary>What to tell of a name that does not fit.</summary>
    public const string Fault = "A name has 1 to 80 characters.";

    private const char NonJoiner = '\u200C';
    private const char Joiner = '\u200D';

    /// <summary>True for what may be a name; blanks around it are not counted out.</summary>
    public static bool Fits(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length > 0 && name.EnumerateRunes().Count() <= MaxLength;
    }

    /// <summary>What is wrong with a name, or null.</summary>
    public static string? FaultOf(string name)
    {
        if (!Fits(name)) return Fault;
        if (name.EnumerateRunes().Any(r => r == Rune.ReplacementChar)) return "A name has no broken characters (halves of a surrogate pair).";
        if (name.Any(char.IsControl)) return "A name has no control characters.";
        if (name.EnumerateRunes().Any(IsHidden)) return "A name has no invisible characters, such as zero-width spaces or marks that turn the direction of writing.";
        return name.EnumerateRunes().Any(IsSeen) ? null : "A name needs at least one character that can be seen.";
    }

    /// <summary>The form in which two names are the same: without what cannot be seen, in normal form C, whatever the case.</summary>
    public static string Fold(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var seen = string.Concat(name.EnumerateRunes().Where(r => !IsUnseen(r)));
        return (seen.IsNormalized() ? seen : seen.Normalize()).ToUpperInvariant();
    }

    /// <summary>Format characters; joiners are letters' business in Persian and Hindi, and emoji's, and tags are flags'.</summary>
    private static bool IsHidden(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || (Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format && rune.Value is not (NonJoiner or Joiner or (>= 0xE0020 and <= 0xE007F)));

    /// <summary>Joiners, variation selectors and tags change how something looks, and show nothing by themselves.</summary>
    private static bool IsUnseen(Rune rune) => rune.Value is NonJoiner or Joiner or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0020 and <= 0xE007F) or (>= 0xE0100 and <= 0xE01EF);

    private static bool IsSeen(Rune rune) =>
        !Rune.IsWhiteSpace(rune) && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Format or UnicodeCategory.NonSpacingMark or UnicodeCategory.OtherNotAssigned) && rune.Value is not (0x2800 or 0x3164 or 0x115F or 0x1160 or 0xFFA0);
}
