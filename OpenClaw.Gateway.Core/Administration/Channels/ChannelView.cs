using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Administration.Secrets;
using OpenClaw.Gateway.Core.Storage.Entities;
using Secret = OpenClaw.Gateway.Core.Storage.Entities.Secret;

namespace OpenClaw.Gateway.Core.Administration.Channels;

/// <summary>A channel's configuration (contract: Channel). Settings have their defaults filled in; secrets say only whether they are set.</summary>
public sealed record ChannelView(
    Guid Id,
    string Kind,
    string Name,
    bool Enabled,
    Guid? Agent,
    JsonObject Settings,
    IReadOnlyDictionary<string, SecretView> Secrets,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    /// <summary>Rises with every change: the ETag.</summary>
    [JsonIgnore]
    public int Version { get; init; }

    internal static ChannelView Of(Channel row, IEnumerable<Secret> secrets, ChannelKinds kinds, IReadOnlyDictionary<string, string>? made = null)
    {
        var kind = kinds.Find(row.Kind);
        return new(
            row.Id, row.Kind, row.Name, row.Enabled, row.AgentId,
            SettingsCheck.Fill(JsonNode.Parse(row.Settings) as JsonObject ?? [], kinds.SpecsIn(row.TenantId, kind)),
            SecretViews.Of(secrets, kind is null ? [] : kind.Secrets.Union(kind.MadeSecrets), made),
            row.CreatedAt, row.UpdatedAt) { Version = row.Version };
    }
}

/// <summary>The kinds of channels that this gateway has.</summary>
/// <param name="kinds">The kinds.</param>
/// <param name="catalog">Where tenants' own defaults are found; null = there are none.</param>
public sealed class ChannelKinds(IEnumerable<IChannelKind> kinds, ICatalog? catalog = null)
{
    /// <summary>All of them.</summary>
    public IReadOnlyList<IChannelKind> All { get; } = [.. kinds.OrderBy(k => k.Kind, StringComparer.Ordinal)];

    /// <summary>One by name, or null.</summary>
    public IChannelKind? Find(string kind) => All.FirstOrDefault(k => k.Kind == kind);

    /// <summary>The common settings and those of the kind.</summary>
    public static IReadOnlyList<SettingSpec> Specs(IChannelKind? kind) => [.. CommonSettings.OfChannels, .. kind?.Settings ?? []];

    /// <summary>The same with the defaults that the tenant has set for all its channels.</summary>
    public IReadOnlyList<SettingSpec> SpecsIn(Guid tenant, IChannelKind? kind) =>
        catalog?.FindTenant(tenant)?.Settings is { } settings ? [.. Specs(kind).Select(s => s with { Default = DefaultIn(settings, s) })] : Specs(kind);

    private static string? DefaultIn(TenantSettingsModel settings, SettingSpec spec) => spec.Name switch
    {
        "dormantAfterMinutes" => Text(settings.DormantAfterMinutes),
        "expireAfterDays" => Text(settings.ExpireAfterDays),
        "archiveAfterDays" => Text(settings.ArchiveAfterDays),
        "rateLimitPerUserPerMinute" => Text(settings.RateLimitPerUserPerMinute),
        _ => spec.Default,
    };

    private static string Text(double number) => number.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
}
