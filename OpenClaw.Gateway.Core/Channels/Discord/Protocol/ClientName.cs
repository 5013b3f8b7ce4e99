namespace OpenClaw.Gateway.Core.Channels.Discord.Protocol;

/// <summary>How the client calls itself, in the form that Discord demands of every call and connection.</summary>
internal static class ClientName
{
    /// <summary>The name in IDENTIFY.</summary>
    public const string Library = "OpenClaw Gateway";

    /// <summary>The header <c>User-Agent</c>.</summary>
    public static string UserAgent { get; } = $"DiscordBot (https://github.com/openclaw/gateway, {typeof(ClientName).Assembly.GetName().Version?.ToString(3) ?? "1.0"})";
}
