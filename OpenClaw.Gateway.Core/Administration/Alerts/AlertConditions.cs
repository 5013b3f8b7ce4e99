using System.Text.Json;
using System.Text.Json.Nodes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Input;

namespace OpenClaw.Gateway.Core.Administration.Alerts;

/// <summary>The conditions that rules can have.</summary>
public sealed class AlertConditions
{
    private readonly Dictionary<string, IAlertCondition> _all;

    internal AlertConditions(IEnumerable<IAlertCondition> all)
    {
        _all = all.ToDictionary(c => c.Info.Name, StringComparer.Ordinal);
        All = [.. _all.Values.Select(c => c.Info)];
    }

    /// <summary>Settings that rules of every condition have.</summary>
    public static IReadOnlyList<SettingSpec> Common { get; } =
    [
        new("repeatMinutes", SettingType.WholeNumber) { Default = "0", Min = 0, Max = 10_080, Label = "Remind every", Help = "Minutes after which it is told again while it lasts. 0 = once only." },
        new("resolved", SettingType.Flag) { Default = "true", Label = "Tell when it is over", Help = "A second notice says that the trouble has ended." },
    ];

    /// <summary>All of them, in the order in which they are offered.</summary>
    public IReadOnlyList<AlertConditionInfo> All { get; }

    /// <summary>What can be set for one.</summary>
    public static IReadOnlyList<SettingSpec> Specs(AlertConditionInfo condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return [.. condition.Settings, .. Common];
    }

    internal IAlertCondition? Find(string name) => _all.GetValueOrDefault(name);

    /// <summary>Settings as saved, with defaults.</summary>
    internal JsonObject Fill(string condition, string saved)
    {
        var settings = JsonNode.Parse(saved) as JsonObject ?? [];
        return Find(condition) is { Info: { } info } ? SettingsCheck.Fill(settings, Specs(info)) : settings;
    }

    /// <summary>Where a subject is looked at; null for a condition that there is no more.</summary>
    internal string? PageOf(string condition, string subject) => Find(condition)?.PageOf(subject);

    internal static JsonElement ToElement(JsonObject settings) => JsonSerializer.SerializeToElement(settings);
}
