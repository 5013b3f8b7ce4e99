using OpenClaw.Gateway.Core.Channels.Telegram.Protocol;

namespace OpenClaw.Gateway.Core.Channels.Telegram.Text;

/// <summary>A text and what is bold, a link, code in it. Offsets in UTF-16 units; sorted by offset, the longer first.</summary>
internal sealed record TelegramText(string Text, IReadOnlyList<TelegramEntity> Entities)
{
    /// <summary>A message's text may have so many UTF-16 units.</summary>
    public const int Most = 4_096;

    /// <summary>A caption so many.</summary>
    public const int MostCaption = 1_024;

    /// <summary>Telegram forgets the formatting above so many entities.</summary>
    public const int MostEntities = 100;

    public static TelegramText Empty { get; } = new("", []);

    /// <summary>There is something that can be seen: Telegram refuses what has nothing.</summary>
    public bool IsVisible => Text.Any(c => !char.IsWhiteSpace(c) && !char.IsControl(c) && char.GetUnicodeCategory(c) != System.Globalization.UnicodeCategory.Format);

    /// <summary>It fits into one caption.</summary>
    public bool FitsCaption => Text.Length <= MostCaption && Entities.Count <= MostEntities;

    /// <summary>Both, one after the other, with a separator between them where both are there.</summary>
    public TelegramText Then(TelegramText next, string separator = "\n\n")
    {
        ArgumentNullException.ThrowIfNull(next);
        if (Text.Length == 0) return next;
        if (next.Text.Length == 0) return this;
        var shift = Text.Length + separator.Length;
        return new(Text + separator + next.Text, [.. Entities, .. next.Entities.Select(e => e with { Offset = e.Offset + shift })]);
    }
}

/// <summary>Names of entities that the gateway makes.</summary>
internal static class EntityTypes
{
    public const string Bold = "bold";
    public const string Italic = "italic";
    public const string Underline = "underline";
    public const string Strike = "strikethrough";
    public const string Spoiler = "spoiler";
    public const string Code = "code";
    public const string Pre = "pre";
    public const string Link = "text_link";
    public const string Quote = "blockquote";
}
