namespace OpenClaw.Gateway.Core.Sessions;

/// <content>Sessions that are removed for good while they are in use.</content>
internal sealed partial class SessionTable
{
    /// <inheritdoc />
    public IDisposable? TryDrop(Guid root, Guid session)
    {
        outbox?.Forget(session);
        var hold = KeepOut(root);
        if (_loading.ContainsKey(root))
        {
            hold.Dispose();
            return null;
        }

        if (_live.TryGetValue(root, out var live) && live.Record.Id == session) Drop(live);
        return hold;
    }

    /// <summary>The next episode takes its place, with another id: whoever shows the session must not take the new entries for the old ones.</summary>
    private void Drop(LiveSession live)
    {
        var row = live.Record;
        var next = NewSession(row.Place, row.RootId, row.Episode + 1, row.Address);
        lock (live.Gate) live.Successor ??= next;
        var isNewest = _live.TryReplace(live, next);
        HeldBack(live.Drop(out var listeners));
        if (!isNewest) return;
        foreach (var listener in listeners) listener.OnEnded();
    }
}
