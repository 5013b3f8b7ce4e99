namespace OpenClaw.Portal.Identity.Live;

/// <summary>A browser's name of itself as people call it: <c>Firefox on Windows</c>.</summary>
internal static class DeviceWords
{
    /// <summary>The first that is found counts: most browsers also name those that they descend from.</summary>
    private static readonly (string Mark, string Word)[] Browsers =
    [
        ("Edg/", "Edge"), ("EdgA/", "Edge"), ("EdgiOS/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Vivaldi/", "Vivaldi"),
        ("FxiOS/", "Firefox"), ("Firefox/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"),
    ];

    private static readonly (string Mark, string Word)[] Systems =
    [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"), ("Mac OS X", "macOS"), ("Linux", "Linux"),
    ];

    public static string Of(string? agent)
    {
        if (string.IsNullOrWhiteSpace(agent)) return "Unknown device";
        return (Find(Browsers, agent), Find(Systems, agent)) switch
        {
            ({ } browser, { } system) => $"{browser} on {system}",
            ({ } browser, null) => browser,
            (null, { } system) => $"A program on {system}",
            _ => "Unknown device",
        };
    }

    private static string? Find((string Mark, string Word)[] table, string agent)
    {
        foreach (var (mark, word) in table)
            if (agent.Contains(mark, StringComparison.Ordinal)) return word;
        return null;
    }
}
