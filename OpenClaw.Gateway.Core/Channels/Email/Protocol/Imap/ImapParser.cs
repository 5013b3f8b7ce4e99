using System.Globalization;
using System.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Imap;

/// <summary>Takes the text of an answer apart. Throws <see cref="InvalidDataException"/>.</summary>
internal static class ImapParser
{
    /// <summary>The words after which a line is for people and has no literals, whatever it ends with.</summary>
    public static bool IsStatus(ReadOnlySpan<byte> text) => text.Length > 0 && (text[0] == '+' || StatusName(Second(text)) is not null);

    /// <summary>Answers that may be long: lists of found mails.</summary>
    public static bool IsSearch(ReadOnlySpan<byte> text) =>
        text.Length > 1 && text[0] == '*' && Second(text) is var name && (Ascii.EqualsIgnoreCase(name, "SEARCH"u8) || Ascii.EqualsIgnoreCase(name, "ESEARCH"u8));

    public static ImapAnswer Parse(ReadOnlySpan<byte> text, List<ImapLiteral> literals)
    {
        if (text.IsEmpty) throw new InvalidDataException("a literal and nothing else");
        if (text[0] == '+') return new() { Kind = ImapAnswerKind.Continuation, Text = Encoding.UTF8.GetString(text[1..]).Trim() };
        var whole = text.Length;
        var first = Word(ref text);
        if (!first.SequenceEqual("*"u8)) return Tagged(first, text);
        var word = Word(ref text);
        if (StatusName(word) is { } status) return new() { Kind = ImapAnswerKind.Untagged, Name = status, Reply = Reply(status, text) };
        if (!uint.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return Untagged(word, null, text, whole - text.Length, literals);
        var name = Word(ref text);
        return Untagged(name, number, text, whole - text.Length, literals);
    }

    private static ImapAnswer Tagged(ReadOnlySpan<byte> tag, ReadOnlySpan<byte> text)
    {
        var status = StatusName(Word(ref text));
        if (status is not ("OK" or "NO" or "BAD")) throw new InvalidDataException("a line that is no answer");
        return new() { Kind = ImapAnswerKind.Tagged, Tag = Encoding.UTF8.GetString(tag), Name = status, Reply = Reply(status, text) };
    }

    /// <param name="nameBytes">What the answer says it is.</param>
    /// <param name="number">Before the name.</param>
    /// <param name="text">After the name.</param>
    /// <param name="taken">How many bytes stood before the text.</param>
    /// <param name="literals">By their place in the whole answer.</param>
    private static ImapAnswer Untagged(ReadOnlySpan<byte> nameBytes, uint? number, ReadOnlySpan<byte> text, int taken, List<ImapLiteral> literals)
    {
        var name = nameBytes.Length <= 32 ? Encoding.UTF8.GetString(nameBytes).ToUpperInvariant() : "";
        return name switch
        {
            "SEARCH" => new() { Kind = ImapAnswerKind.Untagged, Name = name, Numbers = Numbers(text) },
            "CAPABILITY" or "ENABLED" => new() { Kind = ImapAnswerKind.Untagged, Name = name, Text = Encoding.UTF8.GetString(text) },
            "FETCH" or "LIST" or "LSUB" or "STATUS" or "FLAGS" or "NAMESPACE" or "ESEARCH" => new()
            {
                Kind = ImapAnswerKind.Untagged,
                Name = name,
                Number = number,
                Values = new ImapScanner(text, [.. literals.Select(l => l with { At = l.At - taken }).Where(l => l.At >= 0)]).All(),
            },
            _ => new() { Kind = ImapAnswerKind.Untagged, Name = StatusName(nameBytes) is null ? name : "", Number = number }, // "* 5 BYE" is nothing
        };
    }

    private static ImapReply Reply(string status, ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.UTF8.GetString(bytes).Trim();
        if (!text.StartsWith('[')) return new(status, null, "", text);
        var end = text.IndexOf(']', StringComparison.Ordinal);
        if (end < 0) end = text.Length;
        var code = text[1..end].Trim();
        var blank = code.IndexOf(' ', StringComparison.Ordinal);
        var rest = end < text.Length ? text[(end + 1)..].TrimStart() : "";
        return blank < 0 ? new(status, code.ToUpperInvariant(), "", rest) : new(status, code[..blank].ToUpperInvariant(), code[(blank + 1)..].Trim(), rest);
    }

    /// <summary>What is no number is passed over.</summary>
    private static List<uint> Numbers(ReadOnlySpan<byte> text)
    {
        List<uint> numbers = [];
        while (!text.IsEmpty)
            if (uint.TryParse(Word(ref text), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) numbers.Add(number);
        return numbers;
    }

    private static string? StatusName(ReadOnlySpan<byte> word) => word.Length switch
    {
        2 when Ascii.EqualsIgnoreCase(word, "OK"u8) => "OK",
        2 when Ascii.EqualsIgnoreCase(word, "NO"u8) => "NO",
        3 when Ascii.EqualsIgnoreCase(word, "BAD"u8) => "BAD",
        3 when Ascii.EqualsIgnoreCase(word, "BYE"u8) => "BYE",
        7 when Ascii.EqualsIgnoreCase(word, "PREAUTH"u8) => "PREAUTH",
        _ => null,
    };

    private static ReadOnlySpan<byte> Second(ReadOnlySpan<byte> text)
    {
        Word(ref text);
        return Word(ref text);
    }

    /// <summary>The next word; the text goes on behind the blank after it.</summary>
    private static ReadOnlySpan<byte> Word(scoped ref ReadOnlySpan<byte> text)
    {
        text = text.TrimStart(" \t"u8);
        var end = text.IndexOfAny((byte)' ', (byte)'\t');
        var word = end < 0 ? text : text[..end];
        text = end < 0 ? [] : text[(end + 1)..];
        return word;
    }
}
