using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Storage.Sqlite;

/// <summary>SQLite has one writer: the journal and EF's saves take turns here instead of meeting SQLITE_BUSY.</summary>
internal sealed class SqliteWriteGate : IWriteGate, IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Leave _leave;

    public SqliteWriteGate() => _leave = new(_turn);

    public async ValueTask<IDisposable?> EnterAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        return _leave;
    }

    public IDisposable? Enter()
    {
        _turn.Wait();
        return _leave;
    }

    public void Dispose() => _turn.Dispose();

    private sealed class Leave(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
