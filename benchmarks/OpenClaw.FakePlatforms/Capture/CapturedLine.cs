using System.Text.Json;

namespace OpenClaw.FakePlatforms.Capture;

/// <summary>A line of a captured file: what is new since the line before.</summary>
/// <param name="Platform">telegram, discord.</param>
/// <param name="Requests">How many came.</param>
/// <param name="Violations">How many rules they broke.</param>
/// <param name="Methods">Requests of each method.</param>
/// <param name="Texts">The broken rules.</param>
internal sealed record CapturedLine(string Platform, int Requests, int Violations, Dictionary<string, int> Methods, IReadOnlyList<Violation> Texts)
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Every line of every file in the folder.</summary>
    public static IEnumerable<CapturedLine> In(string folder) =>
        Directory.EnumerateFiles(folder, "*.jsonl").Order(StringComparer.Ordinal)
            .SelectMany(File.ReadLines)
            .Select(line => JsonSerializer.Deserialize<CapturedLine>(line, Json)!);
}
