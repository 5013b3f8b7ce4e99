using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Pairings;

/// <summary>Who asks to be let in, as the platform calls them.</summary>
public sealed record PairingUser(string Id, string? Name);

/// <summary>
/// A person who wrote to a channel with <c>access</c> <c>pairing</c>. <c>Code</c> is what they were told; <c>State</c> is <c>waiting</c>, <c>approved</c> or
/// <c>denied</c>; <c>LastAt</c> is when they last wrote while they waited.
/// </summary>
public sealed record PairingView(
    Guid Id, Guid Channel, PairingUser User, string Code, string State, DateTimeOffset CreatedAt, DateTimeOffset LastAt, DateTimeOffset? DecidedAt, string? DecidedBy)
{
    internal static PairingView Of(Pairing row) =>
        new(row.Id, row.ChannelId, new(row.UserId, row.UserName), row.Code, PairingStates.NameOf(row.State), row.CreatedAt, row.LastAt, row.DecidedAt, row.DecidedBy);
}

/// <summary>How a person stands, as the API says it.</summary>
public static class PairingStates
{
    /// <summary>Has written, and waits.</summary>
    public const string Waiting = "waiting";

    /// <summary>Was let in.</summary>
    public const string Approved = "approved";

    /// <summary>Was refused: is not answered.</summary>
    public const string Denied = "denied";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Waiting, Approved, Denied];

    internal static string NameOf(PairingState state) => state switch
    {
        PairingState.Approved => Approved,
        PairingState.Denied => Denied,
        _ => Waiting,
    };

    internal static PairingState Of(string name) => name switch
    {
        Approved => PairingState.Approved,
        Denied => PairingState.Denied,
        _ => PairingState.Waiting,
    };
}
