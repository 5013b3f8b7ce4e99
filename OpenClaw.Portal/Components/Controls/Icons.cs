using System.Collections.Frozen;

namespace OpenClaw.Portal.Components.Controls;

/// <summary>The portal's icons as SVG paths by name.</summary>
public static class Icons
{
    private static readonly FrozenDictionary<string, string> Paths = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["overview"] = "M4 13h6V4H4zM14 20h6v-9h-6zM4 20h6v-3H4zM14 7h6V4h-6z",
        ["conversations"] = "M20 12a7 7 0 0 1-7 7H5l-2 2v-9a7 7 0 0 1 7-7h3a7 7 0 0 1 7 7zM8 10.5h7M8 13.5h4",
        ["deadletters"] = "M3 7.5A1.5 1.5 0 0 1 4.500 6h15A1.500 1.500 0 0 1 21 7.500v9a1.500 1.500 0 0 1-1.500 1.500h-15A1.500 1.500 0 0 1 3 16.500zM3.500 7l8.500 6 8.500-6M15 15l3 0",
        ["talk"] = "M4 5h16v11H9l-4 4v-4H4zM8 9.500h8M8 12.500h5",
        ["channel"] = "M5 12a7 7 0 0 1 7-7M5 12a7 7 0 0 0 7 7M19 12a7 7 0 0 0-7-7M19 12a7 7 0 0 1-7 7M12 10.500a1.500 1.500 0 1 0 0 3 1.500 1.500 0 0 0 0-3z",
        ["agent"] = "M6 9h12v9H6zM12 9V5M12 5h.01M9.500 13h.01M14.500 13h.01M3.500 12v3M20.500 12v3",
        ["person"] = "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 20a7.500 7.500 0 0 1 15 0",
        ["signout"] = "M14 4H6v16h8M10 12h10M17 8.500l3.500 3.500-3.500 3.500",
        ["light"] = "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.500v2M12 19.500v2M2.500 12h2M19.500 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M18.700 5.300l-1.400 1.400M6.700 17.300l-1.400 1.400",
        ["dark"] = "M20 14.500A8.500 8.500 0 0 1 9.500 4 8.500 8.500 0 1 0 20 14.500z",
        ["auto"] = "M3 5h18v11H3zM9 20h6M12 16v4",
        ["menu"] = "M4 7h16M4 12h16M4 17h16",
        ["fold"] = "M4 5h16v14H4zM9 5v14M15.500 10l-2 2 2 2",
        ["down"] = "M7 10l5 5 5-5",
        ["right"] = "M10 7l5 5-5 5",
        ["left"] = "M14 7l-5 5 5 5",
        ["check"] = "M5 12.500l4.500 4.500L19 7.500",
        ["circle"] = "M12 4.500a7.500 7.500 0 1 0 0 15 7.500 7.500 0 0 0 0-15z",
        ["clock"] = "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4.500l3 1.500",
        ["alert"] = "M12 4l9 16H3zM12 10v4.500M12 17.500h.01",
        ["refresh"] = "M20 5v5h-5M4 19v-5h5M19 10a7.500 7.500 0 0 0-13-2.500M5 14a7.500 7.500 0 0 0 13 2.500",
        ["search"] = "M11 5a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM15.500 15.500L20 20",
        ["close"] = "M6 6l12 12M18 6L6 18",
        ["attachment"] = "M19 11.500l-7.500 7.500a4.500 4.500 0 0 1-6.400-6.400l8-8a3 3 0 0 1 4.300 4.300l-7.800 7.800a1.500 1.500 0 0 1-2.200-2.200l7-7",
        ["external"] = "M14 4h6v6M20 4l-9 9M18 14v6H4V6h6",
        ["sleep"] = "M5 6h6l-6 7h6M13 11h6l-6 7h6",
        ["inbox"] = "M4 13l2.500-8h11L20 13v6H4zM4 13h5l1 2.500h4l1-2.500h5",
        ["book"] = "M5 5a2 2 0 0 1 2-2h12v15H7a2 2 0 0 0-2 2zM5 20a2 2 0 0 0 2 1h12v-3",
        ["route"] = "M6 6a2 2 0 1 0 0-.01zM18 18a2 2 0 1 0 0-.01zM8 6h7a3 3 0 0 1 0 6H9a3 3 0 0 0 0 6h7",
        ["settings"] = "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.500v5M9 14.500v5",
        ["shield"] = "M12 3.500l7 2.500v5c0 4.500-3 8-7 9.500-4-1.500-7-5-7-9.500V6zM9 12l2.200 2.200L15.200 10",
        ["members"] = "M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM2.500 19.500a6.500 6.500 0 0 1 13 0M16 4.500a3.500 3.500 0 0 1 0 6.500M18 14a6.500 6.500 0 0 1 3.500 5.500",
        ["key"] = "M8 11a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM11 12l8-8M16 7l3 3M13.500 9.500l2 2",
        ["audit"] = "M6 3.500h9l4 4v13H6zM14.500 3.500V8H19M9 12h7M9 16h5",
        ["tenant"] = "M5 20.500V5l7-2v17.500M12 8h7v12.500M3 20.500h18M8 8.500h1M8 12h1M8 15.500h1M15 12h1M15 15.500h1",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The path of that icon; throws for a name that is not there.</summary>
    public static string Path(string name) => Paths[name];
}
