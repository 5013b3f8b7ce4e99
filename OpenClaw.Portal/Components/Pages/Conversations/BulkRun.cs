using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Conversations;

namespace OpenClaw.Portal.Components.Pages.Conversations;

/// <summary>The same step for many sessions, one after the other: what fails is told with its reason, and the rest goes on.</summary>
internal sealed class BulkRun(string title, IReadOnlyList<SessionView> sessions, Func<Guid, CancellationToken, Task<ControlResult>> step)
{
    private readonly List<(SessionView Session, string Why)> _faults = [];
    private bool _stopped;

    public string Title => title;

    public int Total => sessions.Count;

    public int Handled { get; private set; }

    public bool IsOver { get; private set; }

    public IReadOnlyList<(SessionView Session, string Why)> Faults => _faults;

    /// <summary>How far it is, for people.</summary>
    public string Told => (IsOver, _faults.Count) switch
    {
        (false, _) => $"{Handled} of {Total}…",
        (true, 0) when !_stopped => $"All {Total} done.",
        (true, 0) => $"Stopped after {Handled} of {Total}.",
        _ => $"{Handled - _faults.Count} of {Total} done, {_faults.Count} not{(_stopped ? ", then stopped" : "")}:",
    };

    /// <summary>Runs to its end, or until cancelled between two; tells of every step.</summary>
    public async Task RunAsync(Action<SessionView, bool> told, CancellationToken cancellationToken)
    {
        foreach (var session in sessions)
        {
            if (_stopped = cancellationToken.IsCancellationRequested) break;
            var why = await StepAsync(session);
            if (why is not null) _faults.Add((session, why));
            Handled++;
            told(session, why is null);
        }

        IsOver = true;
    }

    /// <summary>Not cancelled within a step: it would be unknown what became of it.</summary>
    private async Task<string?> StepAsync(SessionView session)
    {
        try
        {
            return await step(session.Id, CancellationToken.None) switch
            {
                { Reason: { } reason } => reason,
                { View: null } => "It is not there any more.",
                _ => null,
            };
        }
        catch (Exception e) when (e is InvalidInputException or ForbiddenException or IOException)
        {
            return e.Message;
        }
    }
}
