using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Channels.Access;

/// <summary>Who may write to a channel.</summary>
internal enum AccessMode
{
    /// <summary>Everybody.</summary>
    Everyone,

    /// <summary>The people of the list.</summary>
    AllowList,

    /// <summary>The people of the list, and who was let in.</summary>
    Pairing,
}

/// <summary>When a message in a group is taken.</summary>
internal enum GroupActivation
{
    /// <summary>Always.</summary>
    Always,

    /// <summary>When the bot is named or answered, and commands.</summary>
    Mention,

    /// <summary>Commands only.</summary>
    Command,
}

/// <summary>A channel's settings <c>access</c>, <c>allowed</c> and <c>activation</c>, read once per state of the configuration.</summary>
internal sealed record ChannelRules(AccessMode Access, FrozenSet<string> Allowed, GroupActivation Activation)
{
    private static readonly ConditionalWeakTable<ChannelModel, ChannelRules> Known = [];

    public static ChannelRules Of(ChannelModel channel) => Known.GetValue(channel, static c => Read(c.Settings, IdsOf(c.Kind)));

    /// <summary>Whether a message is for the gateway. A pressed button always is: it was offered by the bot.</summary>
    public bool IsFor(PlatformMessage message) => !message.IsGroup || message.Extras?.Button is not null || Activation switch
    {
        GroupActivation.Always => true,
        GroupActivation.Mention => message.IsAddressed || message.IsCommand,
        _ => message.IsCommand,
    };

    /// <summary>Addresses are the same in whatever case; other platforms' ids are not.</summary>
    private static StringComparer IdsOf(string kind) => kind == "email" ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    private static ChannelRules Read(JsonElement settings, StringComparer ids) => new(
        Text(settings, "access") switch { "allow-list" => AccessMode.AllowList, "pairing" => AccessMode.Pairing, _ => AccessMode.Everyone },
        settings.ValueKind == JsonValueKind.Object && settings.TryGetProperty("allowed", out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Where(i => i.ValueKind == JsonValueKind.String).Select(i => i.GetString()!).ToFrozenSet(ids)
            : FrozenSet<string>.Empty,
        Text(settings, "activation") switch { "always" => GroupActivation.Always, "command" => GroupActivation.Command, _ => GroupActivation.Mention });

    private static string? Text(JsonElement settings, string name) =>
        settings.ValueKind == JsonValueKind.Object && settings.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
