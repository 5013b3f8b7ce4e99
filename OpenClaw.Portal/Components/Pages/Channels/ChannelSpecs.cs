using System.Text.Json.Nodes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Gateway.Core.Administration.Input;

namespace OpenClaw.Portal.Components.Pages.Channels;

/// <summary>Which settings a channel's form shows at once, and which folded away: who may write matters most where strangers and groups can.</summary>
public sealed class ChannelSpecs(IEnumerable<IChannelConnector> connectors)
{
    private static readonly string[] OfPlatforms = ["access", "allowed", "activation", "scope"];

    /// <summary>A mail is no group, and each thread is a conversation of its own.</summary>
    private static readonly string[] OfMail = ["access", "allowed"];
    private readonly HashSet<string> _platforms = connectors.Select(c => c.Kind).ToHashSet(StringComparer.Ordinal);

    /// <summary>The kind's channels are connected to a platform by the gateway.</summary>
    public bool IsPlatform(string kind) => _platforms.Contains(kind);

    /// <summary>All settings, those shown at once first.</summary>
    public IReadOnlyList<SettingSpec> All(IChannelKind? kind, JsonObject values) => kind is null ? ChannelKinds.Specs(kind) : [.. kind.Settings.Where(s => !s.Advanced), .. Common(kind, values), .. Folded(kind)];

    /// <summary>Settings that all channels have, and that are shown at once for this kind. The list of people only where it means something.</summary>
    public IReadOnlyList<SettingSpec> Common(IChannelKind kind, JsonObject values)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(values);
        if (!IsPlatform(kind.Kind)) return [];
        var isListed = values["access"]?.ToString() is "allow-list" or "pairing" || values["allowed"] is JsonArray { Count: > 0 };
        return [.. NamesOf(kind).Where(name => name != "allowed" || isListed).Select(name => CommonSettings.OfChannels.First(s => s.Name == name) with { Advanced = false })];
    }

    /// <summary>The rest, folded away.</summary>
    public IReadOnlyList<SettingSpec> Folded(IChannelKind kind)
    {
        ArgumentNullException.ThrowIfNull(kind);
        return [.. kind.Settings.Where(s => s.Advanced), .. CommonSettings.OfChannels.Where(s => !IsPlatform(kind.Kind) || !NamesOf(kind).Contains(s.Name))];
    }

    private static string[] NamesOf(IChannelKind kind) => kind.Kind == "email" ? OfMail : OfPlatforms;
}
