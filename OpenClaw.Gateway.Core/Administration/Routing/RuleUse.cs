using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Administration.Routing;

/// <summary>Which live rule names a channel that somebody wants to delete.</summary>
internal static class RuleUse
{
    /// <summary>The name of the first rule that asks for that channel, or null.</summary>
    public static string? OfChannel(ICatalog catalog, Guid tenant, Guid channel) =>
        catalog.FindRules(tenant).Rules.FirstOrDefault(r => r.Match.Channels?.Contains(channel) == true)?.Name;
}
