using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Routing;

/// <summary>A published rule (contract: Routing rule).</summary>
public sealed record RuleView(
    Guid Id, string Name, bool Enabled, bool OnlyWhenUnassigned, JsonObject Match, JsonObject Target, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>The version of the rules that brought this state: the ETag.</summary>
    [JsonIgnore]
    public int Version { get; init; }

    internal static RuleView Of(RoutingRule row) =>
        new(row.Id, row.Name, row.Enabled, row.OnlyWhenUnassigned, Parse(row.Match), Parse(row.Target), row.CreatedAt, row.UpdatedAt) { Version = row.FromVersion };

    private static JsonObject Parse(string json) => JsonNode.Parse(json) as JsonObject ?? [];
}

/// <summary>The order of the rules: their ids, as version <c>Version</c> has them.</summary>
public sealed record RuleOrderView(int Version, IReadOnlyList<Guid> Ids);

/// <summary>One published version. <c>RolledBackTo</c> is the version whose rules it brought back.</summary>
public record VersionView(int Version, DateTimeOffset PublishedAt, string PublishedBy, string? Note, int? RolledBackTo)
{
    internal static VersionView Of(RoutingVersion row) => new(row.Number, row.PublishedAt, row.PublishedBy, row.Note, row.RolledBackTo);
}

/// <summary>One version with its rules in order.</summary>
public sealed record VersionDetail(int Version, DateTimeOffset PublishedAt, string PublishedBy, string? Note, int? RolledBackTo, IReadOnlyList<RuleView> Rules)
    : VersionView(Version, PublishedAt, PublishedBy, Note, RolledBackTo);

/// <summary>What differs between two versions.</summary>
public sealed record VersionDiff(int From, int To, IReadOnlyList<RuleChange> Changes);

/// <summary>
/// What became of one rule. <c>Change</c> is <c>added</c>, <c>removed</c>, <c>changed</c> or <c>moved</c>; a rule that was changed may
/// have been moved too. Before and after are bodies, places are counted from 0.
/// </summary>
public sealed record RuleChange(Guid Id, string Name, string Change, bool Moved, JsonObject? Before, JsonObject? After, int? PositionBefore, int? PositionAfter);
