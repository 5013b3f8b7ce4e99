namespace OpenClaw.Gateway.Core.Storage.Archive;

/// <summary>
/// Lets upkeep run at full speed while nobody else writes, and steps back while somebody does: after each piece of work it rests in proportion to
/// what the piece took.
/// </summary>
internal sealed class ArchivePace(Journal.Journal journal, TimeProvider time)
{
    /// <summary>What a piece may bring into the journal by itself.</summary>
    private const int OwnEntries = 2;
    private const int RestsPerPiece = 6;
    private const int WorkersWhileQuiet = 8;
    private static readonly TimeSpan LongestRest = TimeSpan.FromMilliseconds(250);
    private volatile bool _othersWrite;

    /// <summary>How many may work at once on what waits for the disk.</summary>
    public int Workers => _othersWrite ? 1 : WorkersWhileQuiet;

    /// <summary>How much larger than it should be a piece may be while nobody waits for the journal.</summary>
    public int Stretch => _othersWrite ? 1 : 5;

    /// <summary>Runs a piece, then rests if others wrote meanwhile.</summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> piece, CancellationToken cancellationToken)
    {
        var (entries, started) = (journal.Entries, time.GetTimestamp());
        var result = await piece();
        _othersWrite = journal.Entries - entries > OwnEntries;
        var rest = time.GetElapsedTime(started) * RestsPerPiece;
        if (_othersWrite && rest > TimeSpan.Zero) await Task.Delay(rest < LongestRest ? rest : LongestRest, time, cancellationToken);
        return result;
    }
}
