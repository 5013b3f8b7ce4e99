using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Sessions;
using OpenClaw.Gateway.Core.Storage.Stores;

namespace OpenClaw.Gateway.Core.Pipeline;

/// <summary>Messages whose agent said "later" and did not answer in time become dead letters.</summary>
internal sealed class LateAnswers(ConversationStore store, SessionTable sessions, Pipeline pipeline, ReplayingMessages replaying, TimeProvider time)
{
    private const int Batch = 200;

    /// <summary>One look; the number of messages that were overdue.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var overdue = await store.OverdueAsync(time.GetUtcNow(), Batch, cancellationToken);
        foreach (var message in overdue)
        {
            replaying.Attach(message);
            if (await sessions.FindOrOpenAsync(message.SessionId, cancellationToken) is { } session) pipeline.Expire(session, message);
        }

        return overdue.Count;
    }
}
