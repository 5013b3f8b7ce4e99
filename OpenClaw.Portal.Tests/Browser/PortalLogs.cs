namespace OpenClaw.Portal.Tests.Browser;

/// <summary>
/// What a portal logged while a test used it. A page that shows “This page met a fault” says why in the log only: the test fails with that
/// part of it, and the whole is kept where <c>OPENCLAW_PORTAL_LOGS</c> names a folder.
/// </summary>
internal static class PortalLogs
{
    private const string Mark = "Unhandled exception";
    private const int Excerpt = 40;

    /// <summary>Keeps the log of a portal that met an unhandled exception, and throws when a page showed it to somebody.</summary>
    public static void Judge(string output)
    {
        if (!output.Contains(Mark, StringComparison.Ordinal)) return;
        Keep(output);
        if (Fault(output) is { } fault) throw new InvalidOperationException($"A page of the portal met a fault. Its log:\n{fault}");
    }

    /// <summary>The lines of the first exception that a page showed as its fault; null where there is none.</summary>
    internal static string? Fault(string output)
    {
        var lines = output.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].Contains(Mark, StringComparison.Ordinal)) continue;
            // a right that was taken away is told as such, and is no fault
            if (lines.Skip(i).Take(3).Any(l => l.Contains("ForbiddenException", StringComparison.Ordinal))) continue;
            return string.Join('\n', lines.Skip(i).Take(Excerpt));
        }

        return null;
    }

    private static void Keep(string output)
    {
        if (Environment.GetEnvironmentVariable("OPENCLAW_PORTAL_LOGS") is not { Length: > 0 } folder) return;
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, $"portal-{Guid.NewGuid():N}.log"), output);
    }
}
