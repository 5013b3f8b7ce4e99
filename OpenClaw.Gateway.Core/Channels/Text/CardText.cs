using System.Buffers;
using System.Text;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Channels.Text;

/// <summary>What of a reply a platform has no form for, as Markdown.</summary>
internal static class CardText
{
    private static readonly SearchValues<char> Special = SearchValues.Create("*_`[]\\~|<>");

    /// <summary>A card as a paragraph: its title in bold, its text, a line for each field, its picture as a link.</summary>
    public static string Of(MessageCard card)
    {
        ArgumentNullException.ThrowIfNull(card);
        List<string> lines = [];
        if (!string.IsNullOrWhiteSpace(card.Title)) lines.Add($"**{Escaped(card.Title.Trim())}**");
        if (!string.IsNullOrWhiteSpace(card.Text)) lines.Add(card.Text.Trim());
        foreach (var field in card.Fields ?? []) lines.Add($"**{Escaped(field.Name.Trim())}:** {field.Value.Trim()}");
        if (!string.IsNullOrWhiteSpace(card.ImageUrl)) lines.Add(card.ImageUrl.Trim());
        return string.Join("\n\n", lines);
    }

    /// <summary>The reply's text with its card below it.</summary>
    public static string WithCard(Utf8Text text, MessageCard? card) => Joined(text.ToString(), card is null ? "" : Of(card));

    /// <summary>Buttons where there are none: a numbered list of what a person may answer.</summary>
    public static string WithButtons(string text, IReadOnlyList<MessageButton> buttons) =>
        buttons.Count == 0 ? text : Joined(text, string.Join('\n', buttons.Select((b, i) => $"{i + 1}. {Escaped(b.Text)}")));

    private static string Joined(string first, string second) => first.Length == 0 ? second : second.Length == 0 ? first : $"{first}\n\n{second}";

    private static string Escaped(string text)
    {
        if (text.AsSpan().IndexOfAny(Special) < 0) return text;
        var escaped = new StringBuilder(text.Length + 8);
        foreach (var c in text)
        {
            if (Special.Contains(c)) escaped.Append('\\');
            escaped.Append(c);
        }

        return escaped.ToString();
    }
}
