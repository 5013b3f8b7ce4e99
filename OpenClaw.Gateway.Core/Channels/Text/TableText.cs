using System.Globalization;
using System.Text;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace OpenClaw.Gateway.Core.Channels.Text;

/// <summary>A table as lines of equal columns, to be shown in a font of equal widths.</summary>
internal static class TableText
{
    /// <summary>Wider cells push the rest of their line aside.</summary>
    private const int WidestPadded = 40;

    public static string Of(Table table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var rows = table.OfType<TableRow>().Select(row => (row.IsHeader, Cells: row.OfType<TableCell>().Select(Plain).ToList())).ToList();
        var columns = rows.Select(r => r.Cells.Count).DefaultIfEmpty(0).Max();
        var widths = Enumerable.Range(0, columns).Select(c => rows.Max(r => c < r.Cells.Count ? Math.Min(WidthOf(r.Cells[c]), WidestPadded) : 0)).ToList();
        var text = new StringBuilder();
        foreach (var (isHeader, cells) in rows)
        {
            text.AppendLine(Line(cells, widths));
            if (isHeader) text.AppendLine(string.Join("-+-", widths.Select(w => new string('-', w))));
        }

        return text.ToString().ReplaceLineEndings("\n").TrimEnd('\n');
    }

    private static string Line(List<string> cells, List<int> widths) =>
        string.Join(" | ", widths.Select((width, column) => column < cells.Count ? cells[column] + new string(' ', Math.Max(0, width - WidthOf(cells[column]))) : new string(' ', width))).TrimEnd();

    private static int WidthOf(string text) => new StringInfo(text).LengthInTextElements;

    private static string Plain(TableCell cell)
    {
        var text = new StringBuilder();
        foreach (var inline in cell.Descendants<LeafInline>())
            switch (inline)
            {
                case LiteralInline literal:
                    text.Append(literal.Content.AsSpan());
                    break;
                case CodeInline code:
                    text.Append(code.Content);
                    break;
                case HtmlEntityInline entity:
                    text.Append(entity.Transcoded.AsSpan());
                    break;
                case AutolinkInline address:
                    text.Append(address.Url);
                    break;
                case HtmlInline html:
                    text.Append(html.Tag.Trim('<', '>', '/', ' ').Equals("br", StringComparison.OrdinalIgnoreCase) ? " " : html.Tag);
                    break;
                case LineBreakInline:
                    text.Append(' ');
                    break;
            }

        return text.ToString().Trim();
    }
}
