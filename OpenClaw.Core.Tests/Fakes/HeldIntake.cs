using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Fakes;

/// <summary>The sessions' door, which judges an offered message when the test says so.</summary>
internal sealed class HeldIntake : ISessionIntake
{
    private readonly List<(InboundMessage Message, IAcceptObserver Observer)> _open = [];

    public IIntakeGate? Gate { get; set; }

    public int Undispatched { get; set; }

    /// <summary>Ids in the order in which they were offered.</summary>
    public List<string> Offered { get; } = [];

    /// <summary>Offered and not judged.</summary>
    public IReadOnlyList<string> Open => [.. _open.Select(o => o.Message.ExternalId)];

    public void Offer(InboundMessage message, IAcceptObserver observer)
    {
        lock (_open)
        {
            Offered.Add(message.ExternalId);
            _open.Add((message, observer));
        }
    }

    /// <summary>The oldest of that tenant (or of all) is durable.</summary>
    public void Judge(Guid? tenant = null)
    {
        (InboundMessage Message, IAcceptObserver Observer) first;
        lock (_open)
        {
            first = _open.First(o => tenant is null || o.Message.Channel.Tenant.Id == tenant);
            _open.Remove(first);
        }

        first.Observer.Completed(first.Message, AcceptOutcome.Stored(Guid.NewGuid(), Guid.NewGuid(), 1));
        Gate!.Judged(first.Message.Channel.Tenant.Id);
    }
}
