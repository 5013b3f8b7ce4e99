using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Connections;

namespace OpenClaw.Gateway.Core.Administration.Channels;

/// <summary>
/// A channel's connection to its platform, as this node holds it. <c>State</c> is <c>connected</c>, <c>connecting</c>, <c>retrying</c>, <c>failed</c> (waits for
/// an edit or a restart) or <c>off</c>; <c>LastProofAt</c> is when the platform last answered; <c>GapSince</c> is since when messages may be missing that nobody
/// has caught up with.
/// </summary>
public sealed record ConnectionView(string State, DateTimeOffset Since, string? Account, DateTimeOffset? LastProofAt, DateTimeOffset? NextTryAt, DateTimeOffset? GapSince)
{
    /// <summary>The state of a connection that is there.</summary>
    public const string Connected = "connected";

    internal static ConnectionView Of(ChannelLink link) => new(ChannelOwner.StateName(link.State), link.Since, link.Account, link.LastProofAt, link.NextTryAt, link.Gap?.Since);
}

/// <summary>
/// One limit of a platform: so many (<c>Limit</c>) in <c>PerSeconds</c>, of which <c>Left</c> are there now. <c>FullAt</c> is when all are there again, null = they
/// are; <c>PausedUntil</c> is until when the platform has asked for a pause.
/// </summary>
public sealed record LimitView(string Name, int Limit, int Left, double PerSeconds, DateTimeOffset? FullAt, DateTimeOffset? PausedUntil)
{
    internal static LimitView Of(BudgetView budget) => new(budget.Name, budget.Limit, budget.Left, budget.Per.TotalSeconds, budget.FullAt, budget.PausedUntil);
}
