using System.Runtime.InteropServices;
using System.Text;

namespace OpenClaw.Gateway.Core.Administration.Intents;

/// <summary>Reads two columns of a table, as spreadsheets write them.</summary>
internal static class ExampleRows
{
    private static readonly char[] Separators = ['\t', ';', ','];

    /// <summary>All rows but empty ones and a head of <c>intent</c>. What lacks a column has an empty one.</summary>
    public static List<ExampleRow> Read(string text)
    {
        var (rows, line, at) = (new List<ExampleRow>(), 1, 0);
        text = text.TrimStart('\uFEFF');
        while (at < text.Length)
        {
            var began = line;
            var (separator, fields) = (SeparatorOf(text, at), new List<string>());
            do fields.Add(Field(text, ref at, ref line, fields.Count == 0 ? separator : '\0', separator));
            while (at < text.Length && text[at] == separator && ++at > 0 && fields.Count < 2);
            SkipLine(text, ref at, ref line);
            var (intent, sentence) = (fields[0].Trim(), fields.Count > 1 ? fields[1].Trim() : "");
            if (intent.Length == 0 && sentence.Length == 0) continue;
            if (rows.Count == 0 && intent.Equals("intent", StringComparison.OrdinalIgnoreCase)) continue;
            rows.Add(new(began, intent, sentence));
        }

        return rows;
    }

    /// <summary>The first that stands in the line, outside of quotes.</summary>
    private static char SeparatorOf(string text, int from)
    {
        var quoted = false;
        for (var i = from; i < text.Length && (quoted || text[i] is not ('\n' or '\r')); i++)
        {
            if (text[i] == '"') quoted = !quoted;
            else if (!quoted && Separators.Contains(text[i])) return text[i];
        }

        return ',';
    }

    /// <summary>The last column goes to the end of the line: a sentence may hold separators without quotes.</summary>
    private static string Field(string text, ref int at, ref int line, char until, char separator)
    {
        while (at < text.Length && text[at] == ' ') at++;
        if (at < text.Length && text[at] == '"') return Quoted(text, ref at, ref line, separator);
        var from = at;
        while (at < text.Length && text[at] != until && text[at] is not ('\n' or '\r')) at++;
        return text[from..at];
    }

    private static string Quoted(string text, ref int at, ref int line, char separator)
    {
        var field = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] == '\n') line++;
            if (text[at] != '"') field.Append(text[at]);
            else if (at + 1 < text.Length && text[at + 1] == '"') field.Append(text[++at]);
            else break;
        }

        at = Math.Min(at + 1, text.Length);
        while (at < text.Length && text[at] != separator && text[at] is not ('\n' or '\r')) at++;
        return field.ToString();
    }

    private static void SkipLine(string text, ref int at, ref int line)
    {
        while (at < text.Length && text[at] != '\n') at++;
        if (at < text.Length) at++;
        line++;
    }
}

/// <summary>A row and the line that it began in.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ExampleRow(int Line, string Intent, string Sentence);
