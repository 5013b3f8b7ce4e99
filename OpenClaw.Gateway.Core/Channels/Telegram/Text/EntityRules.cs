using OpenClaw.Gateway.Core.Channels.Telegram.Protocol;

namespace OpenClaw.Gateway.Core.Channels.Telegram.Text;

/// <summary>Brings entities into the form that Telegram takes: within the text, without blank ends, nothing inside code, none twice, sorted.</summary>
internal static class EntityRules
{
    public static TelegramText Clean(string text, IEnumerable<TelegramEntity> entities)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (from, to) = Visible(text, 0, text.Length, keepIndent: false);
        if (entities.FirstOrDefault(e => e.Type == EntityTypes.Pre && e.Offset <= from && e.End > from) is { } first) from = Math.Min(from, Visible(text, first.Offset, first.End, keepIndent: true).From);
        var inside = entities.Select(e => Within(text, e, from, to)).OfType<TelegramEntity>().ToList();
        var shown = text[from..to];
        return new(shown, [.. WithoutCode(Merged(inside)).Select(e => Within(shown, e, 0, shown.Length)).OfType<TelegramEntity>().OrderBy(e => e.Offset).ThenByDescending(e => e.Length).ThenBy(e => e.Type, StringComparer.Ordinal)]);
    }

    /// <summary>A stretch of a text with what of its entities falls into it.</summary>
    public static TelegramText Slice(TelegramText whole, int from, int to)
    {
        ArgumentNullException.ThrowIfNull(whole);
        var inside = whole.Entities.Where(e => e.Offset < to && e.End > from)
            .Select(e => e with { Offset = Math.Max(e.Offset, from) - from, Length = Math.Min(e.End, to) - Math.Max(e.Offset, from) });
        return Clean(whole.Text[from..to], inside);
    }

    private static TelegramEntity? Within(string text, TelegramEntity entity, int from, int to)
    {
        var (start, end) = Visible(text, Math.Max(entity.Offset, from), Math.Min(entity.End, to), keepIndent: entity.Type == EntityTypes.Pre);
        return end <= start ? null : entity with { Offset = start - from, Length = end - start };
    }

    /// <summary>Without the white space at both ends; of code the first line keeps its indent.</summary>
    private static (int From, int To) Visible(string text, int from, int to, bool keepIndent)
    {
        while (to > from && char.IsWhiteSpace(text[to - 1])) to--;
        var start = from;
        while (start < to && char.IsWhiteSpace(text[start])) start++;
        if (!keepIndent) return (start, to);
        while (start > from && text[start - 1] is not ('\n' or '\r')) start--;
        return (start, to);
    }

    /// <summary>What overlaps its like becomes one.</summary>
    private static List<TelegramEntity> Merged(List<TelegramEntity> entities)
    {
        List<TelegramEntity> merged = [];
        foreach (var group in entities.GroupBy(e => (e.Type, e.Url, e.Language)))
        {
            TelegramEntity? open = null;
            foreach (var entity in group.OrderBy(e => e.Offset))
            {
                if (open is not null && entity.Offset < open.End)
                {
                    open = open with { Length = Math.Max(open.End, entity.End) - open.Offset };
                    continue;
                }

                if (open is not null) merged.Add(open);
                open = entity;
            }

            if (open is not null) merged.Add(open);
        }

        return merged;
    }

    /// <summary>Code can hold no other entity: what runs over it goes around it.</summary>
    private static List<TelegramEntity> WithoutCode(List<TelegramEntity> entities)
    {
        var code = entities.Where(IsCode).OrderBy(e => e.Offset).ThenByDescending(e => e.Length).ToList();
        for (var i = code.Count - 1; i > 0; i--)
            if (code[i].Offset < code[i - 1].End) code.RemoveAt(i);
        var cleaned = new List<TelegramEntity>(code);
        foreach (var entity in entities.Where(e => !IsCode(e)))
        {
            if (entity.Type == EntityTypes.Quote) cleaned.Add(entity);
            else cleaned.AddRange(Around(entity, code));
        }

        return cleaned;
    }

    private static IEnumerable<TelegramEntity> Around(TelegramEntity entity, List<TelegramEntity> code)
    {
        var at = entity.Offset;
        foreach (var hole in code.Where(c => c.Offset < entity.End && c.End > entity.Offset))
        {
            if (hole.Offset > at) yield return entity with { Offset = at, Length = hole.Offset - at };
            at = Math.Max(at, hole.End);
        }

        if (entity.End > at) yield return entity with { Offset = at, Length = entity.End - at };
    }

    private static bool IsCode(TelegramEntity entity) => entity.Type is EntityTypes.Code or EntityTypes.Pre;
}
