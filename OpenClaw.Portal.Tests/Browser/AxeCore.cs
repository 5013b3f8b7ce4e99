using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace OpenClaw.Portal.Tests.Browser;

/// <summary>
/// Deque's axe-core, run in the page. <c>test.sh</c> installs it (npm) and names the folder in <c>OPENCLAW_PEERS</c>; it is never
/// shipped. A script that the test evaluates is not the page's, so the page's policy stays as it is.
/// </summary>
internal static class AxeCore
{
    /// <summary>WCAG 2.2 AA and what it builds on.</summary>
    private const string Run = """
        async () => (await axe.run(document, { runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] } }))
          .violations.map(v => `${v.impact} ${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map(n => n.target.join(' ') + ' ' + n.html.slice(0, 160)).join(' ; ')}`)
        """;

    /// <summary>The script's file, or null where it was not installed.</summary>
    public static string? Script { get; } = Find();

    /// <summary>What is wrong with the page, worst impact first in each line: <c>serious color-contrast: …</c>.</summary>
    public static async Task<IReadOnlyList<string>> ViolationsAsync(IPage page)
    {
        await page.EvaluateAsync(await File.ReadAllTextAsync(Script!));
        var found = await RunAsync(page);
        if (!found.Exists(v => v.Contains(" document-title:", StringComparison.Ordinal))) return found;

        // the circuit takes the head over in two steps, between which there is no title: look again when it is there
        await Assertions.Expect(page).ToHaveTitleAsync(new Regex("OpenClaw", RegexOptions.None, TimeSpan.FromSeconds(1)));
        return await RunAsync(page);
    }

    private static async Task<List<string>> RunAsync(IPage page) =>
        [.. (await page.EvaluateAsync<JsonElement>(Run)).EnumerateArray().Select(v => v.GetString()!)];

    private static string? Find()
    {
        var folder = Environment.GetEnvironmentVariable("OPENCLAW_PEERS") ?? Path.Combine(AppContext.BaseDirectory, "../../../../artifacts/peers");
        var script = Path.Combine(folder, "node_modules", "axe-core", "axe.min.js");
        return File.Exists(script) ? script : null;
    }
}

/// <summary>Skipped, and said so, where Chromium or axe-core is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AxeFactAttribute : FactAttribute
{
    public AxeFactAttribute()
    {
        if (Chat.ChromiumFactAttribute.Executable is null) Skip = "no Chromium here; name one in the variable CHROMIUM";
        else if (AxeCore.Script is null) Skip = "axe-core is not installed; ./test.sh does it";
    }
}
