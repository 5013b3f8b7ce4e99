namespace OpenClaw.Gateway.Core.Administration;

/// <summary>What a person searches for as a pattern of SQL's LIKE, in which nothing they typed is a wildcard.</summary>
internal static class LikePattern
{
    /// <summary>The escape character, to be named beside every pattern.</summary>
    public const string Escape = "\\";

    /// <summary>Holds that text; null where nothing was typed.</summary>
    public static string? Part(string? text) => string.IsNullOrWhiteSpace(text) ? null : $"%{Literal(text.Trim())}%";

    /// <summary>Begins with that text.</summary>
    public static string Start(string text) => $"{Literal(text)}%";

    private static string Literal(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
}
