namespace OpenClaw.Gateway.Core.Storage.Journal;

/// <summary>Something to be made durable with one of the next groups. Told what became of it, once, in the order of the journal.</summary>
internal abstract class JournalEntry
{
    /// <summary>The next entry of the same group or queue; owned by the journal.</summary>
    internal JournalEntry? Next;

    /// <summary>
    /// True for what was promised already (an answer to an accepted message): after a failure it is kept and written when the
    /// database takes writes again. False for what can be refused.
    /// </summary>
    public virtual bool MustBeWritten => false;

    /// <summary>True for what nobody waits for: it rides with the next group and wakes nobody.</summary>
    public virtual bool IsLazy => false;

    /// <summary>Bytes that it brings into the group, roughly.</summary>
    public virtual int Size => 64;

    /// <summary>Adds its rows to the group and numbers them. On the journal's thread.</summary>
    public abstract void AddTo(JournalGroup group, long now);

    /// <summary>Takes back what <see cref="AddTo"/> did to objects in memory: the transaction was rolled back. In reverse order.</summary>
    public abstract void Undo();

    /// <summary>It is durable. On one pool thread at a time, in the order of the journal.</summary>
    public abstract void Committed();

    /// <summary>It was not stored and will not be.</summary>
    public abstract void Refused(Exception cause);
}

/// <summary>Stores nothing: completes when everything appended before it is durable.</summary>
internal sealed class FlushEntry : JournalEntry
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Task => _done.Task;

    public override bool MustBeWritten => true;

    public override void AddTo(JournalGroup group, long now) { }

    public override void Undo() { }

    public override void Committed() => _done.TrySetResult();

    public override void Refused(Exception cause) => _done.TrySetException(cause);
}

/// <summary>The platform has a reply now.</summary>
internal sealed class ReceiptEntry(Abstractions.MessageRecord reply) : JournalEntry
{
    public override bool MustBeWritten => true;

    public override bool IsLazy => true;

    public override void AddTo(JournalGroup group, long now) => group.Receipts.Add(reply);

    public override void Undo() { }

    public override void Committed() { }

    public override void Refused(Exception cause) { }
}

/// <summary>
/// A change of stored rows that must not meet the journal's own writes: it runs in the transaction of a group, so it must be small (some
/// hundred rows), and may run again when the transaction was rolled back. It changes nothing but the database.
/// </summary>
internal sealed class WorkEntry<T>(Func<GatewayDbContext, JournalGroup, T> work) : JournalEntry
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;

    public Task<T> Task => _done.Task;

    /// <summary>So large that a group takes few of them: those who wait for an acknowledgement wait for the whole group.</summary>
    public override int Size => 128 * 1024;

    public override void AddTo(JournalGroup group, long now) => group.Work.Add(db => _result = work(db, group));

    public override void Undo() { }

    public override void Committed() => _done.TrySetResult(_result);

    public override void Refused(Exception cause) => _done.TrySetException(new IOException("The change could not be stored; try again.", cause));
}
