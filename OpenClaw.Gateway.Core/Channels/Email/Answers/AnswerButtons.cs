using System.Globalization;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Channels.Email.Answers;

/// <summary>Buttons in a mail: a numbered list to choose from, and what a reply has chosen.</summary>
internal static class AnswerButtons
{
    private const string Request = "Reply with the number of your choice:";

    /// <summary>Nothing without buttons.</summary>
    public static string AsText(IReadOnlyList<MessageButton> buttons) =>
        buttons.Count == 0 ? "" : $"{Request}\n{string.Join('\n', buttons.Select((b, i) => string.Create(CultureInfo.InvariantCulture, $"{i + 1}) {OneLine(b.Text)}")))}";

    public static string AsHtml(IReadOnlyList<MessageButton> buttons) =>
        buttons.Count == 0 ? "" : $"<p>{Request}</p>\n<ol>\n{string.Concat(buttons.Select(b => $"<li>{HtmlText.Escaped(OneLine(b.Text))}</li>\n"))}</ol>\n";

    /// <summary>The button whose number or words are the reply's first line; null = the reply is something else.</summary>
    /// <param name="reply">The text of the reply, without what it quotes.</param>
    /// <param name="buttons">Those of the mail that it answers.</param>
    public static MessageButton? Chosen(string reply, IReadOnlyList<MessageButton> buttons)
    {
        var line = reply.ReplaceLineEndings("\n").Split('\n').Select(l => l.Trim()).FirstOrDefault(l => l is not ['>', ..] and not "") ?? ""; // an answer below the line that it answers
        var word = line.TrimEnd(')', '.', '!', ' ').TrimStart('(', '#');
        if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number >= 1 && number <= buttons.Count ? buttons[number - 1] : null;
        return buttons.FirstOrDefault(b => Same(b.Text, line)) ?? buttons.FirstOrDefault(b => word.Length > 0 && Same(b.Text, word));
    }

    private static bool Same(string label, string said) => string.Equals(OneLine(label), said, StringComparison.OrdinalIgnoreCase);

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
