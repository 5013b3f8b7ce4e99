using System.Text.Json;
using OpenClaw.Gateway.Core.Routing;

namespace OpenClaw.Gateway.Core.Pipeline;

/// <summary>The stored routes of messages that no agent was asked for.</summary>
internal static class OwnRoutes
{
    /// <summary>The gateway answered a user's command.</summary>
    public static byte[] Command { get; } = Write("The gateway's own command.");

    /// <summary>An operator answered in the agent's place.</summary>
    public static byte[] Operator { get; } = Write("An operator answered in the agent's place.");

    /// <summary>An operator closed the conversation with the message in it.</summary>
    public static byte[] Closed { get; } = Write("An operator had taken over and closed the conversation.");

    private static byte[] Write(string why) => JsonSerializer.SerializeToUtf8Bytes(new { strategy = RouteStrategies.Static, why }, RouteStrategies.Json);
}
