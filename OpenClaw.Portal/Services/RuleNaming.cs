using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Gateway.Core.Routing.Languages;
using OpenClaw.Portal.Components.Controls.Forms;
using OpenClaw.Portal.Components.Pages.Routing;

namespace OpenClaw.Portal.Services;

/// <summary>What channels, kinds, agents, languages and fields of rules are called.</summary>
public sealed class RuleNaming(TenantNames names, ChannelKinds kinds)
{
    /// <summary>Languages to choose from, by name.</summary>
    public static IReadOnlyList<Choice> Languages { get; } = [.. LanguageNames.All.Select(l => new Choice(l.Key, l.Value)).OrderBy(l => l.Text, StringComparer.Ordinal)];

    /// <summary>For summaries.</summary>
    public RuleNames Names => new(names.Channel, kind => kinds.Find(kind)?.Title ?? kind, agent => names.Agent(agent)!, LanguageNames.Of) { Pool = names.Pool };

    /// <summary>A field path of a rule in words.</summary>
    public static string Field(string path) => path switch
    {
        "name" => "Name",
        "enabled" => "Enabled",
        "onlyWhenUnassigned" => "Only as long as no agent has had the conversation",
        "match.channels" => "Channels",
        "match.channelKinds" => "Kinds of channel",
        "match.conversationKinds" => "Kinds of conversation",
        "match.users" => "Users",
        "match.command" => "Command",
        "match.text.any" => "The text contains one of",
        "match.text.all" => "The text contains all of",
        "match.text.keywords" => "The text has one of the words",
        "match.text.regex" => "The text matches the expression",
        "match.language" => "Language",
        "match.intent" => "Intent",
        "match.hasAttachment" => "Attachment",
        "target.agent" => "Agent",
        "target.fallback" => "If that agent fails, ask next",
        "target.pool" => "Pool",
        "target.capable" => "Whoever is good at it",
        "target.drop" => "Nobody answers",
        _ => path,
    };
}
