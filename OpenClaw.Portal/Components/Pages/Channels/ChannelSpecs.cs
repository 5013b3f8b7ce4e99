using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Gateway.Core.Administration.Input;

namespace OpenClaw.Portal.Components.Pages.Channels;

/// <summary>Which settings a channel's form shows at once, and which folded away: who may write matters most where strangers and groups can.</summary>
public sealed class ChannelSpecs(IEnumerable<IChannelConnector> connectors)
{
    private static readonly string[] OfPlatforms = ["access", "allowed", "activation", "scope"];
    private readonly HashSet<string> _platforms = connectors.Select(c => c.Kind).ToHashSet(StringComparer.Ordinal);

    /// <summary>The kind's channels are connected to a platform by the gateway.</summary>
    public bool IsPlatform(string kind) => _platforms.Contains(kind);

    /// <summary>All settings, those shown at once first.</summary>
    public IReadOnlyList<SettingSpec> All(IChannelKind? kind) => kind is null ? ChannelKinds.Specs(kind) : [.. ChannelKinds.Specs(kind).Where(s => !IsCommon(s)).Where(s => !s.Advanced), .. Common(kind), .. Folded(kind)];

    /// <summary>Settings that all channels have, and that are shown at once for this kind.</summary>
    public IReadOnlyList<SettingSpec> Common(IChannelKind kind)
    {
        ArgumentNullException.ThrowIfNull(kind);
        return IsPlatform(kind.Kind) ? [.. OfPlatforms.Select(name => CommonSettings.OfChannels.First(s => s.Name == name) with { Advanced = false })] : [];
    }

    /// <summary>The rest, folded away.</summary>
    public IReadOnlyList<SettingSpec> Folded(IChannelKind kind)
    {
        ArgumentNullException.ThrowIfNull(kind);
        var shown = Common(kind).Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        return [.. kind.Settings.Where(s => s.Advanced), .. CommonSettings.OfChannels.Where(s => !shown.Contains(s.Name))];
    }

    private static bool IsCommon(SettingSpec spec) => CommonSettings.OfChannels.Any(s => s.Name == spec.Name);
}
