namespace OpenClaw.Benchmarks.Measures;

/// <summary>The closing table, as Markdown that also reads well in a terminal.</summary>
internal static class Table
{
    public static void Print(IReadOnlyList<Row> rows)
    {
        List<string[]> cells = [["goal", "accept", "aim", "result", ""], .. rows.Select(r => new[] { r.Goal, r.Accept, r.Aim, r.Result, r.Verdict })];
        var widths = Enumerable.Range(0, 5).Select(column => cells.Max(line => line[column].Length)).ToArray();
        for (var line = 0; line < cells.Count; line++)
        {
            Console.WriteLine("| " + string.Join(" | ", cells[line].Select((text, column) => text.PadRight(widths[column]))) + " |");
            if (line == 0) Console.WriteLine("|" + string.Join("|", widths.Select(width => new string('-', width + 2))) + "|");
        }
    }
}
