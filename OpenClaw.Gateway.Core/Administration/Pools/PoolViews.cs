using System.Text.Json;
using System.Text.Json.Serialization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Gateway.Core.Telemetry;

namespace OpenClaw.Gateway.Core.Administration.Pools;

/// <summary>A pool (contract: /pools). A member without a weight has its agent's own.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">1–80 characters, unique per tenant.</param>
/// <param name="Strategy"><c>least-loaded</c>, <c>weighted</c> or <c>round-robin</c>.</param>
/// <param name="Members">The agents, in order.</param>
/// <param name="AffinityMinutes">How long a session that nobody writes in keeps its member; null = as long as it lives, 0 = it is chosen anew for each message.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="UpdatedAt">When it was last changed.</param>
public sealed record PoolView(Guid Id, string Name, string Strategy, IReadOnlyList<PoolMember> Members, double? AffinityMinutes, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>Rises with every change: the ETag.</summary>
    [JsonIgnore]
    public int Version { get; init; }

    internal static PoolView Of(Pool row) => new(row.Id, row.Name, row.Strategy, MembersOf(row), row.AffinityMinutes, row.CreatedAt, row.UpdatedAt) { Version = row.Version };

    internal static IReadOnlyList<PoolMember> MembersOf(Pool row) => JsonSerializer.Deserialize<PoolMember[]>(row.Members, JsonSerializerOptions.Web) ?? [];
}

/// <summary>How a pool does at this moment, on this node.</summary>
public sealed record PoolStatus(Guid Id, string Strategy, IReadOnlyList<PoolMemberStatus> Members);

/// <summary>How one of a pool's agents does.</summary>
/// <param name="Agent">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Enabled">It is switched on.</param>
/// <param name="Weight">Its weight here.</param>
/// <param name="Share">Its share of new sessions by its weight, from 0 to 1; null where the strategy goes by something else.</param>
/// <param name="Open">Requests that it has not answered yet.</param>
/// <param name="Waiting">Requests that wait for their turn at it.</param>
/// <param name="MaxConcurrency">How many it may have open at once.</param>
/// <param name="LatencyMs">How long it took to answer of late, in milliseconds; null = not known.</param>
/// <param name="FirstTokenMs">Until its first token; null = not known.</param>
/// <param name="AskedLastHour">Requests of the last 60 minutes, also those that other rules led to it.</param>
/// <param name="ShareLastHour">Of those of all members, from 0 to 1; null = nobody was asked.</param>
/// <param name="Obstacle">Why it is passed over now; null = it is not.</param>
/// <param name="Health">What the checks of its health say; null = it is not checked.</param>
public sealed record PoolMemberStatus(
    Guid Agent, string Name, bool Enabled, int Weight, double? Share, int Open, int Waiting, int MaxConcurrency, double? LatencyMs, double? FirstTokenMs,
    long AskedLastHour, double? ShareLastHour, string? Obstacle, AgentHealth? Health);
