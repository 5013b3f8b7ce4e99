using System.Collections.Concurrent;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Portal.Tests.Fakes;

/// <summary>Steers no session: takes down what it was told, and answers as the test says.</summary>
internal sealed class HandControl : ISessionControl
{
    /// <summary>As <c>take {session} {person}</c>, <c>close {session}</c>.</summary>
    public ConcurrentQueue<string> Told { get; } = [];

    public Func<Guid, Task<ControlOutcome>> Answer { get; set; } = _ => Task.FromResult(ControlOutcome.Done);

    public ValueTask<ControlOutcome> TakeOverAsync(Guid tenant, Guid session, Guid operatorId, string operatorName, CancellationToken cancellationToken) => TellAsync($"take {session} {operatorId}", session);

    public ValueTask<ControlOutcome> ReleaseAsync(Guid tenant, Guid session, string? note, CancellationToken cancellationToken) => TellAsync($"release {session} {note}", session);

    public ValueTask<ControlOutcome> AssignAsync(Guid tenant, Guid session, Guid? agent, CancellationToken cancellationToken) => TellAsync($"assign {session} {agent}", session);

    public ValueTask<ControlOutcome> CloseAsync(Guid tenant, Guid session, string byName, CancellationToken cancellationToken) => TellAsync($"close {session}", session);

    public ValueTask<ControlOutcome> ReopenAsync(Guid tenant, Guid session, CancellationToken cancellationToken) => TellAsync($"reopen {session}", session);

    private ValueTask<ControlOutcome> TellAsync(string what, Guid session)
    {
        Told.Enqueue(what);
        return new(Answer(session));
    }
}
