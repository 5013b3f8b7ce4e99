using OpenClaw.Gateway.Core.Channels.Telegram.Protocol;

namespace OpenClaw.Gateway.Core.Channels.Telegram.Text;

/// <summary>
/// Reads <c>||hidden||</c>, which chats know and Markdown does not. Done on the finished text, as tables use the same character. Never across
/// paragraphs or in code, and only close to what is hidden, so that an "a || b" of programmers stays.
/// </summary>
internal static class Spoilers
{
    private const string Mark = "||";
    private const int MostMarks = 200;

    public static (string Text, IReadOnlyList<TelegramEntity> Entities) Read(string text, IReadOnlyList<TelegramEntity> entities)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.Contains(Mark, StringComparison.Ordinal)) return (text, entities);
        var marks = Pairs(text, entities);
        if (marks.Count == 0) return (text, entities);
        int Moved(int at) => at - (Mark.Length * marks.TakeWhile(m => m < at).Count());
        var moved = entities.Select(e => e with { Offset = Moved(e.Offset), Length = Moved(e.End) - Moved(e.Offset) }).ToList();
        for (var i = 0; i < marks.Count; i += 2) moved.Add(new(EntityTypes.Spoiler, Moved(marks[i]), Moved(marks[i + 1]) - Moved(marks[i])));
        for (var i = marks.Count - 1; i >= 0; i--) text = text.Remove(marks[i], Mark.Length);
        return (text, moved);
    }

    /// <summary>Where marks stand, each that opens followed by the one that closes.</summary>
    private static List<int> Pairs(string text, IReadOnlyList<TelegramEntity> entities)
    {
        List<int> pairs = [];
        for (var at = Next(text, 0, entities); at >= 0 && pairs.Count < MostMarks;)
        {
            var close = Next(text, at + Mark.Length, entities);
            if (close < 0) break;
            if (IsHidden(text.AsSpan(at + Mark.Length, close - at - Mark.Length)))
            {
                pairs.AddRange([at, close]);
                at = Next(text, close + Mark.Length, entities);
            }
            else
            {
                at = close;
            }
        }

        return pairs;
    }

    private static bool IsHidden(ReadOnlySpan<char> inside) =>
        inside.Length > 0 && !char.IsWhiteSpace(inside[0]) && !char.IsWhiteSpace(inside[^1]) && inside.IndexOf("\n\n", StringComparison.Ordinal) < 0;

    private static int Next(string text, int from, IReadOnlyList<TelegramEntity> entities)
    {
        for (var at = text.IndexOf(Mark, from, StringComparison.Ordinal); at >= 0; at = text.IndexOf(Mark, at + Mark.Length, StringComparison.Ordinal))
            if (!entities.Any(e => e.Type is EntityTypes.Code or EntityTypes.Pre && e.Offset < at + Mark.Length && e.End > at)) return at;
        return -1;
    }
}
