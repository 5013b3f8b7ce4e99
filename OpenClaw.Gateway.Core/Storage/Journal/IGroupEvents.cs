using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Storage.Journal;

/// <summary>
/// Writes what a group holds into the same transaction as events for tenants' endpoints, so that none is lost and none is told of what was
/// not stored. Called on the journal's thread. Where no tenant has an endpoint, <see cref="IsOn"/> is all that is asked, once per group.
/// </summary>
internal interface IGroupEvents
{
    /// <summary>Some tenant has an endpoint.</summary>
    bool IsOn { get; }

    /// <summary>That tenant has an endpoint that is told of events of that type.</summary>
    bool Wants(Guid tenant, string type);

    /// <summary>Adds the events of all that the group's lists hold.</summary>
    void Gather(JournalGroup group);

    /// <summary>Adds one event that the lists do not show. Nothing when nobody wants it.</summary>
    void Tell(JournalGroup group, in Happening happening);

    /// <summary>The group is durable.</summary>
    void Stored(JournalGroup group);
}

/// <summary>Something that endpoints are told of.</summary>
/// <param name="Tenant">Whose it is.</param>
/// <param name="Type">One of <see cref="EventTypes"/>.</param>
/// <param name="Channel">The channel, if it is about one.</param>
/// <param name="Session">The session, if it is about one.</param>
/// <param name="Payload">Serialised at once.</param>
/// <param name="Metadata">Serialised at once; null = an empty object.</param>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
internal readonly record struct Happening(Guid Tenant, string Type, Guid? Channel, Guid? Session, object Payload, object? Metadata = null);

/// <summary>What became of an attempt to deliver an event. Written only while the event is still on its way.</summary>
/// <param name="Id">The delivery.</param>
/// <param name="State">Its state from now on.</param>
/// <param name="Attempts">Attempts so far.</param>
/// <param name="NextAt">When the next one is due; 0 = there is none.</param>
/// <param name="LastAt">When this one began.</param>
/// <param name="Status">What the endpoint answered; null = it did not.</param>
/// <param name="Milliseconds">How long it took.</param>
/// <param name="Error">What went wrong, for people.</param>
internal sealed record EventOutcome(Guid Id, string State, int Attempts, long NextAt, long LastAt, int? Status, int Milliseconds, string? Error);
