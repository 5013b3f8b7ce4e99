using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Input;

namespace OpenClaw.Gateway.Core.Administration.Alerts;

/// <summary>Channels and agents as subjects of alerts: <c>agent:{id}</c>, <c>channel:{id}</c>.</summary>
internal static class SubjectNames
{
    private const string AgentPrefix = "agent:";
    private const string ChannelPrefix = "channel:";

    public static SettingSpec AgentSetting { get; } = new("agent", SettingType.Text) { MaxLength = 36, Label = "Agent", Help = "Left empty: every agent." };

    public static SettingSpec ChannelSetting { get; } = new("channel", SettingType.Text) { MaxLength = 36, Label = "Channel", Help = "Left empty: every channel." };

    public static string Of(SubjectKind kind, Guid id) => (kind == SubjectKind.Agent ? AgentPrefix : ChannelPrefix) + id;

    /// <summary>The page of what a subject names.</summary>
    public static string Page(string subject) =>
        subject.StartsWith(AgentPrefix, StringComparison.Ordinal) ? "agents/" + subject[AgentPrefix.Length..]
        : subject.StartsWith(ChannelPrefix, StringComparison.Ordinal) ? "channels/" + subject[ChannelPrefix.Length..] : "overview";

    /// <summary>Notes a channel or agent that the tenant does not have.</summary>
    public static void Check(ICatalog catalog, Guid tenant, System.Text.Json.JsonElement settings, FieldErrors errors)
    {
        if (Text(settings, "agent") is { Length: > 0 } agent && (!Guid.TryParse(agent, out var a) || catalog.FindAgent(a)?.Tenant.Id != tenant)) errors.Add("settings.agent", "There is no such agent.");
        if (Text(settings, "channel") is { Length: > 0 } channel && (!Guid.TryParse(channel, out var c) || catalog.FindChannel(c)?.Tenant.Id != tenant)) errors.Add("settings.channel", "There is no such channel.");
    }

    private static string? Text(System.Text.Json.JsonElement settings, string name) =>
        settings.TryGetProperty(name, out var value) && value.ValueKind == System.Text.Json.JsonValueKind.String ? value.GetString() : null;
}
