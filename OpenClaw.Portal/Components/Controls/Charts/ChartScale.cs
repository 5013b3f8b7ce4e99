using System.Globalization;
using System.Text;

namespace OpenClaw.Portal.Components.Controls.Charts;

/// <summary>Brings values to the drawing's coordinates: 1,000 wide, 200 high, whatever the screen makes of it.</summary>
internal static class ChartScale
{
    public const double Width = 1000;
    public const double Height = 200;

    /// <summary>Room above the greatest value, so that its line is drawn whole.</summary>
    private const double Head = 4;

    /// <summary>The axis' upper end: at or above the greatest value, and round.</summary>
    public static double Top(IEnumerable<ChartLine> lines, ChartUnit unit)
    {
        var most = lines.SelectMany(l => l.Values).Max(v => v ?? 0);
        if (most <= 0) return unit.Kind == "percent" ? 100 : 1;
        var power = Math.Pow(10, Math.Floor(Math.Log10(most)));
        return new[] { 1.0, 1.5, 2, 3, 4, 5, 6, 8, 10 }.First(r => r * power >= most * 0.999) * power;
    }

    public static double Y(double value, double top) => Height - (Math.Clamp(value / top, 0, 1) * (Height - Head));

    public static double X(int index, int count) => count <= 1 ? Width / 2 : Width * index / (count - 1.0);

    /// <summary>The line; it breaks where nothing was recorded, and what stands alone is a dot.</summary>
    public static string Path(IReadOnlyList<double?> values, double top)
    {
        var path = new StringBuilder();
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i] is not { } value) continue;
            var begins = i == 0 || values[i - 1] is null;
            path.Append(CultureInfo.InvariantCulture, $"{(begins ? "M" : "L")}{X(i, values.Count):0.#} {Y(value, top):0.#}");
            if (begins && (i == values.Count - 1 || values[i + 1] is null)) path.Append("h0.01");
        }

        return path.ToString();
    }

    /// <summary>Values for the browser: nothing between two commas where nothing was recorded.</summary>
    public static string Values(IReadOnlyList<double?> values) => string.Join(',', values.Select(v => v?.ToString("0.###", CultureInfo.InvariantCulture)));

    public static string Text(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
