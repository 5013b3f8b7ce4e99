namespace OpenClaw.Gateway.Core.Routing.Intents;

/// <summary>Names of intents: rules and agents name them so.</summary>
internal static class IntentNames
{
    /// <summary>Whether two names are one intent's: they are unique whatever their case.</summary>
    public static bool Same(string? left, string? right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
