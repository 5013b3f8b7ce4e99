using System.Text;

namespace OpenClaw.Portal.Components.Controls.Lists;

/// <summary>Rows as a file for spreadsheets (RFC 4180).</summary>
public static class Csv
{
    /// <summary>The media type.</summary>
    public const string ContentType = "text/csv;charset=utf-8";

    /// <summary>The text, with a byte order mark so that spreadsheets read it as UTF-8.</summary>
    public static string Write(IEnumerable<string> head, IEnumerable<IEnumerable<string?>> rows)
    {
        var text = new StringBuilder("\uFEFF");
        foreach (var row in rows.Prepend(head)) text.AppendJoin(',', row.Select(Cell)).Append("\r\n");
        return text.ToString();
    }

    private static string Cell(string? value)
    {
        if (string.IsNullOrEmpty(value)) return "";
        // a spreadsheet would run a text that begins like a formula
        var safe = value[0] is '=' or '+' or '-' or '@' or '\t' or '\r' && !double.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out _) ? $"'{value}" : value;
        return safe.AsSpan().IndexOfAny(",\"\r\n") < 0 ? safe : $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
