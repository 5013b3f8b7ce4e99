namespace OpenClaw.Gateway.Core.Storage.Journal;

/// <summary>
/// The connection broke while a group was being committed: it may be stored or not. Until the database says which, its entries are neither
/// acknowledged nor refused, and nothing else is written, as both would be a lie in one of the two cases.
/// </summary>
internal sealed partial class Journal
{
    private GroupInDoubt? _doubt;

    private void Doubt(GroupInDoubt group)
    {
        _doubt = group;
        _fault = FaultOf(group.Cause);
        LogInDoubt(group.Cause, group.Count);
    }

    /// <summary>Asks the database what became of the group in doubt, and waits a moment when it cannot be asked. True when that is settled.</summary>
    private bool Settle()
    {
        var doubt = _doubt!;
        RefuseRefusableBehind(doubt.Last, new IOException(_fault));
        bool stored;
        try
        {
            using var turn = _database.Gate.Enter();
            OpenAnew();
            stored = _writer!.WasStored(doubt.Mark);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            LogProbeFailed(e.Message);
            Pause();
            return false;
        }

        LogSettled(stored, doubt.Count);
        _doubt = null;
        if (!stored)
        {
            GiveBack(doubt.First, doubt.Last, doubt.Cause);
            return true;
        }

        Stored(doubt.First, doubt.Last, doubt.Count);
        _fault = null;
        return true;
    }

    /// <summary>What waits behind the group in doubt (null: it has no entries).</summary>
    private void RefuseRefusableBehind(JournalEntry? last, Exception cause)
    {
        if (last is null)
        {
            RefuseRefusable(cause);
            return;
        }

        var (first, tail) = (_waiting, _waitingTail);
        (_waiting, _waitingTail) = (last.Next, last.Next is null ? null : tail);
        RefuseRefusable(cause);
        last.Next = _waiting;
        (_waiting, _waitingTail) = (first, _waiting is null ? last : _waitingTail);
    }

    /// <summary>A group that may be stored or not.</summary>
    private sealed record GroupInDoubt(string Mark, JournalEntry? First, JournalEntry? Last, int Count, Exception Cause);
}
