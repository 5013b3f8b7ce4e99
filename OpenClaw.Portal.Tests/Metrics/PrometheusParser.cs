using System.Globalization;
using System.Text;

namespace OpenClaw.Portal.Tests.Metrics;

/// <summary>A line of Prometheus' text format.</summary>
internal sealed record PrometheusSample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);

/// <summary>Reads Prometheus' text format 0.0.4 and takes nothing that is not in its specification; help and type must stand before a metric's samples, each once.</summary>
internal static class PrometheusParser
{
    public static List<PrometheusSample> Parse(string text)
    {
        if (text.Length > 0 && text[^1] != '\n') throw new FormatException("The last line has no end.");
        List<PrometheusSample> samples = [];
        Dictionary<string, string> types = new(StringComparer.Ordinal);
        HashSet<string> helps = new(StringComparer.Ordinal), closed = new(StringComparer.Ordinal), series = new(StringComparer.Ordinal);
        var current = "";
        foreach (var line in text.Split('\n')[..^1])
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                var name = line.Split(' ')[2];
                Begin(name);
                if (!helps.Add(name)) throw new FormatException($"Two helps: {line}");
            }
            else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                var parts = line.Split(' ');
                if (parts.Length != 4 || parts[3] is not ("counter" or "gauge" or "histogram")) throw new FormatException(line);
                if (parts[2] != current) throw new FormatException($"A type without its help: {line}");
                if (!types.TryAdd(parts[2], parts[3])) throw new FormatException($"Two types: {line}");
                if ((parts[3] == "counter") != parts[2].EndsWith("_total", StringComparison.Ordinal)) throw new FormatException($"The name does not say what it is: {line}");
            }
            else
            {
                var sample = Sample(line);
                if (!types.TryGetValue(current, out var type) || !IsOf(current, type, sample)) throw new FormatException($"Not under its metric: {line}");
                if (!series.Add(line[..line.LastIndexOf(' ')])) throw new FormatException($"The same series twice: {line}");
                if (type == "counter" && !(sample.Value >= 0)) throw new FormatException($"A counter below 0: {line}");
                samples.Add(sample);
            }
        }

        return samples;

        void Begin(string name)
        {
            IsName(name, colon: true);
            if (!closed.Add(name)) throw new FormatException($"The metric comes twice: {name}");
            current = name;
        }
    }

    /// <summary>A histogram's series have names and a label of their own.</summary>
    private static bool IsOf(string metric, string type, PrometheusSample sample) => type != "histogram"
        ? sample.Name == metric
        : sample.Name == metric + "_bucket" ? sample.Labels.ContainsKey("le") : sample.Name == metric + "_sum" || sample.Name == metric + "_count";

    private static PrometheusSample Sample(string line)
    {
        var at = line.IndexOfAny(['{', ' ']);
        if (at < 1) throw new FormatException(line);
        var name = line[..at];
        IsName(name, colon: true);
        Dictionary<string, string> labels = new(StringComparer.Ordinal);
        if (line[at] == '{')
        {
            at++;
            while (line[at] != '}')
            {
                var equals = line.IndexOf('=', at);
                var label = line[at..equals];
                IsName(label, colon: false);
                if (line[equals + 1] != '"') throw new FormatException(line);
                at = equals + 2;
                var value = new StringBuilder();
                for (; line[at] != '"'; at++)
                {
                    if (line[at] != '\\') value.Append(line[at]);
                    else value.Append(line[++at] switch { '\\' => '\\', '"' => '"', 'n' => '\n', _ => throw new FormatException(line) });
                }

                if (!labels.TryAdd(label, value.ToString())) throw new FormatException($"A label twice: {line}");
                at++;
                if (line[at] == ',') at++;
                else if (line[at] != '}') throw new FormatException(line);
            }

            at++;
        }

        if (line[at] != ' ') throw new FormatException(line);
        var text = line[(at + 1)..];
        var number = text switch { "NaN" => double.NaN, "+Inf" => double.PositiveInfinity, "-Inf" => double.NegativeInfinity, _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) };
        return new(name, labels, number);
    }

    private static void IsName(string name, bool colon)
    {
        for (var i = 0; i < name.Length; i++)
            if (!(char.IsAsciiLetter(name[i]) || name[i] == '_' || (colon && name[i] == ':') || (i > 0 && char.IsAsciiDigit(name[i])))) throw new FormatException($"Not a name: {name}");
        if (name.Length == 0) throw new FormatException("An empty name.");
    }
}
