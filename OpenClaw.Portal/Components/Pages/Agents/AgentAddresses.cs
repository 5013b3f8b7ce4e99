using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Portal.Components.Pages.Agents;

/// <summary>The setting of a kind that says where the gateway connects to: its host may have to be allowed.</summary>
internal static class AgentAddresses
{
    private static readonly string[] Names = ["url", "baseUrl", "cardUrl"];

    /// <summary>Its name; null where the kind connects to nothing.</summary>
    public static string? Of(IAgentKind? kind) => Names.FirstOrDefault(n => kind?.Settings.Any(s => s.Name == n) == true);
}
