using System.Text;

namespace OpenClaw.Gateway.Core.Routing.Matching;

/// <summary>The user's commands: a text whose first word is <c>/name</c> or <c>/name@bot</c>.</summary>
internal static class Commands
{
    /// <summary>The longest name; a longer first word is no command.</summary>
    public const int MaxLength = 64;

    /// <summary>Writes the command's folded name, without slash and bot, and returns its length; 0 when the text is no command.</summary>
    public static int Read(ReadOnlySpan<byte> text, Span<char> folded)
    {
        text = text.TrimStart(" \t\r\n"u8);
        if (text.IsEmpty || text[0] != (byte)'/') return 0;
        text = text[1..];
        var length = 0;
        Span<char> name = stackalloc char[MaxLength];
        while (!text.IsEmpty)
        {
            Rune.DecodeFromUtf8(text, out var rune, out var used);
            if (Rune.IsWhiteSpace(rune) || rune.Value == '@') break;
            if (length + rune.Utf16SequenceLength > name.Length) return 0;
            length += rune.EncodeToUtf16(name[length..]);
            text = text[used..];
        }

        CaseFolding.Fold(name[..length], folded);
        return length;
    }

    /// <summary>The command's folded name; null when the text is no command.</summary>
    public static string? Of(ReadOnlySpan<byte> text)
    {
        Span<char> folded = stackalloc char[MaxLength];
        var length = Read(text, folded);
        return length == 0 ? null : new(folded[..length]);
    }
}
