using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Storage.Archive;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Sessions;

/// <content>
/// Sessions that go to the archive, and come back. An archived session that somebody shows is in memory without its messages: what is read of it
/// comes from its transcript, and the first message brings it back.
/// </content>
internal sealed partial class SessionTable
{
    private readonly Dictionary<Guid, Taken> _taken = [];

    /// <inheritdoc />
    public IDisposable? TryTake(Guid root, Guid session)
    {
        outbox?.Unload(session);
        var hold = KeepOut(root);
        if (!_loading.ContainsKey(root) && TryGiveUp(root, session)) return hold;
        hold.Dispose();
        return null;
    }

    /// <summary>Nothing of that address is loaded until it is disposed.</summary>
    private Hold KeepOut(Guid root)
    {
        lock (_taken)
        {
            if (!_taken.TryGetValue(root, out var taken)) _taken[root] = taken = new();
            taken.Count++;
        }

        return new Hold(this, root);
    }

    private bool TryGiveUp(Guid root, Guid session)
    {
        if (!_live.TryGetValue(root, out var live) || live.Record.Id != session) return true;
        if (live.TryGiveUp() is not { } subscribers) return false;
        if (_live.TryRemove(live)) figures.Sessions(live.Record.TenantId, live.Record.ChannelId, -1);
        foreach (var subscriber in subscribers) subscriber.OnEnded();
        return true;
    }

    private async Task WaitUntilFreeAsync(Guid root)
    {
        while (true)
        {
            Task free;
            lock (_taken)
            {
                if (!_taken.TryGetValue(root, out var taken)) return;
                free = taken.Free.Task;
            }

            await free;
        }
    }

    /// <summary>False when the session is not the one to go on with.</summary>
    private async Task<bool> TryBringBackAsync(LiveSession session)
    {
        if (!session.TryHold()) return false;
        var row = session.Record;
        try
        {
            await archive.Value.RestoreAsync(row.Id, CancellationToken.None);
            if (await store.LoadAsync(row.Id, 0, CancellationToken.None) is not { } restored) throw new IOException($"Session {row.Id} is not in the database any more.");
            (row.State, row.LastActivityAt) = (restored.Session.State, restored.Session.LastActivityAt);
            return true;
        }
        catch (ArchiveFaultException e)
        {
            LogNotRestored(e, row.TenantId, row.ChannelId, row.Id);
            GoOnWithout(session);
            return false;
        }
        finally
        {
            session.Release();
        }
    }

    /// <summary>The transcript cannot be read, and the user's message must not wait for that: the address goes on in its next episode.</summary>
    private void GoOnWithout(LiveSession archived)
    {
        var row = archived.Record;
        var next = NewSession(row.Place, row.RootId, row.Episode + 1, row.Address);
        (next.Record.Context, next.Record.Preferences) = (row.Context, row.Preferences);
        lock (archived.Gate)
        {
            if (archived.Successor is not null) return;
            archived.Successor = next;
        }

        if (_live.TryReplace(archived, next)) archived.TellEnded();
    }

    [LoggerMessage(1102, LogLevel.Error, "Session {Session} of tenant {Tenant}, channel {Channel} cannot be restored from the archive; its address goes on in the next episode")]
    private partial void LogNotRestored(Exception cause, Guid tenant, Guid channel, Guid session);

    /// <summary>Kept out of memory, by so many.</summary>
    private sealed class Taken
    {
        public int Count { get; set; }

        public TaskCompletionSource Free { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Hold(SessionTable table, Guid root) : IDisposable
    {
        private int _given;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _given, 1) == 1) return;
            Taken? free = null;
            lock (table._taken)
            {
                var taken = table._taken[root];
                if (--taken.Count == 0 && table._taken.Remove(root)) free = taken;
            }

            free?.Free.TrySetResult();
        }
    }
}
