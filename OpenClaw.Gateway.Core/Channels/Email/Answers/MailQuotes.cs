using System.Globalization;

namespace OpenClaw.Gateway.Core.Channels.Email.Answers;

/// <summary>The mail that is answered, quoted as mail programs do it, up to a bound.</summary>
internal static class MailQuotes
{
    public const int MostLines = 200;
    public const int MostCharacters = 20_000;
    private const string Cut = "[…]";

    public static string AsText(QuotedMail mail) =>
        $"{Head(mail)}\n{string.Join('\n', Lines(mail.Text).Select(l => l.StartsWith('>') ? ">" + l : $"> {l}".TrimEnd()))}";

    public static string AsHtml(QuotedMail mail) =>
        $"<p>{HtmlText.Escaped(Head(mail))}</p>\n<blockquote type=\"cite\" style=\"margin:0;padding-left:12px;border-left:3px solid #999\">\n{string.Join("<br>\n", Lines(mail.Text).Select(l => HtmlText.Escaped(l)))}\n</blockquote>\n";

    private static string Head(QuotedMail mail)
    {
        var author = string.Join(' ', mail.Author.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return string.Create(CultureInfo.InvariantCulture, $"On {mail.Date:ddd, d MMM yyyy} at {mail.Date:HH:mm}, {(author.Length == 0 ? "someone" : author)} wrote:");
    }

    private static List<string> Lines(string text)
    {
        var shown = text.ReplaceLineEndings("\n").Trim('\n');
        var isCut = shown.Length > MostCharacters;
        if (isCut) shown = shown[..(char.IsHighSurrogate(shown[MostCharacters - 1]) ? MostCharacters - 1 : MostCharacters)];
        List<string> lines = [.. shown.Split('\n').Take(MostLines + 1)];
        if (lines.Count > MostLines) (lines, isCut) = ([.. lines.Take(MostLines)], true);
        if (isCut) lines.Add(Cut);
        return lines;
    }
}
