using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Stores;

namespace OpenClaw.Gateway.Core.Maintenance;

/// <summary>
/// Puts accepted messages that nobody is about to handle back into their conversations. That happens when the database refuses what became of
/// one while it takes everything else; at a start all of them are found anyway. One whose outcome is refused again and again becomes a dead letter.
/// </summary>
internal sealed class RescueJob(ConversationStore store, SessionTable sessions, Pipeline.Pipeline pipeline, ICatalog catalog, TimeProvider time) : IMaintenanceJob
{
    private const int Batch = 500;
    private const int MostTries = 3;
    private static readonly TimeSpan Stuck = TimeSpan.FromMinutes(5);

    /// <summary>How often each was rescued, for as long as it is unfinished.</summary>
    private Dictionary<Guid, int> _tries = [];

    public string Name => "rescue";

    public string Title => "Stuck messages go on";

    public string Summary => "Looks for accepted messages that nothing has been done with for five minutes, and has them answered.";

    public string DefaultCron => "10 */2 * * * ?";

    public async Task RunAsync(JobProgress progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var below = MessagePosition.At(time.GetUtcNow() - Stuck);
        Dictionary<Guid, int> tries = [];
        for (var above = 0L; ;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var unfinished = await store.UnfinishedAsync(above, below, Batch, cancellationToken);
            if (unfinished.Count == 0) break;
            above = unfinished[^1].Position;
            foreach (var message in unfinished)
                if (_tries.TryGetValue(message.Id, out var tried)) tries[message.Id] = tried;
            // who waits for a suspended tenant is in hand, however long; a removed one's messages go with it
            foreach (var message in await sessions.LostAsync([.. unfinished.Where(m => catalog.FindTenant(m.TenantId) is { Suspended: false })], cancellationToken))
                await RescueAsync(message, tries, progress, cancellationToken);
        }

        if (!progress.IsDryRun) _tries = tries;
    }

    private async Task RescueAsync(MessageRecord message, Dictionary<Guid, int> tries, JobProgress progress, CancellationToken cancellationToken)
    {
        progress.Count();
        if (progress.IsDryRun) return;
        var tried = tries[message.Id] = tries.GetValueOrDefault(message.Id) + 1;
        if (tried <= MostTries)
        {
            await sessions.PostAgainAsync(message, cancellationToken);
            return;
        }

        progress.Fault($"Message {message.Id} of session {message.SessionId} was answered {MostTries} times and its outcome never stored: it is a dead letter now.");
        if (await sessions.FindOrOpenAsync(message.SessionId, cancellationToken) is { } session) pipeline.GiveUp(session, message);
    }
}
