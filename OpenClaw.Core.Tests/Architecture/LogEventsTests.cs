using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace OpenClaw.Core.Tests.Architecture;

/// <summary>Ids of log events are stable and unique, and docs/operations/log-events.md lists them all. With OPENCLAW_WRITE_DOCS=1 in the environment the list is written anew.</summary>
public sealed partial class LogEventsTests
{
    private const string Doc = "docs/operations/log-events.md";
    private static readonly string[] Projects = ["OpenClaw.Gateway.Core", "OpenClaw.Portal", "storage"];

    [Fact]
    public void Ids_AreUnique()
    {
        var twice = Events().GroupBy(e => e.Id).Where(g => g.Count() > 1).Select(g => $"{g.Key}: {string.Join(", ", g.Select(e => e.Path))}");
        Assert.Equal([], twice);
    }

    [Fact]
    public void Messages_NameNoTextOfUsers() =>
        Assert.Equal([], Events().Where(e => Forbidden().IsMatch(e.Message)).Select(e => $"{e.Id}: {e.Message}"));

    [Fact]
    public void Doc_ListsThemAll()
    {
        var path = Path.Combine(Repository.Root, Doc);
        var table = Table();
        if (Environment.GetEnvironmentVariable("OPENCLAW_WRITE_DOCS") == "1") File.WriteAllText(path, table);
        Assert.Equal(table, File.ReadAllText(path));
    }

    private static string Table()
    {
        var text = new StringBuilder("""
            # Log events

            Each event of the gateway's log has an id that does not change, so that alerts and searches can go by it. In JSON it is `EventId`, by OTLP the attribute of the record's
            event. Words in braces are fields of their own: `Tenant`, `Channel`, `Session`, `Message` and `Agent` are ids. No event holds what people or agents said.

            The list is written from the sources by a test (`OPENCLAW_WRITE_DOCS=1 dotnet test OpenClaw.Core.Tests --filter LogEvents`).

            | id | level | from | message |
            |---|---|---|---|

            """);
        foreach (var e in Events().OrderBy(e => e.Id))
            text.Append(CultureInfo.InvariantCulture, $"| {e.Id} | {e.Level} | {e.Source} | {e.Message.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        return text.ToString();
    }

    private static IEnumerable<LogEvent> Events() =>
        from project in Projects
        from file in Repository.Files(project, ".cs")
        where !file.Path.Contains("/obj/", StringComparison.Ordinal) && !file.Path.Contains("/bin/", StringComparison.Ordinal)
        from Match match in Attribute().Matches(file.Text)
        select new LogEvent(
            int.Parse(match.Groups["id"].Value, CultureInfo.InvariantCulture), match.Groups["level"] is { Success: true } level ? level.Value : "varies", Regex.Unescape(match.Groups["message"].Value), $"{project}/{file.Path}",
            Path.GetFileName(file.Path).Split('.')[0]);

    private sealed record LogEvent(int Id, string Level, string Message, string Path, string Source);

    [GeneratedRegex("""\[LoggerMessage\((EventId = )?(?<id>\d+)(, (Level = )?LogLevel\.(?<level>\w+))?, (Message = )?"(?<message>(\\.|[^"\\])*)"\)\]""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 60_000)]
    private static partial Regex Attribute();

    [GeneratedRegex(@"\{(Text|Body|Content|Password|Secret)\}", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 60_000)]
    private static partial Regex Forbidden();
}
