using System.Buffers.Binary;
using Microsoft.Data.Sqlite;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Storage.Sqlite;

/// <summary>
/// Overwrites what deleted rows left in the file beside and behind the rows that stay, without rewriting the file: so it works on a large database
/// while others write. Slice by slice it takes the writer's turn, empties the write-ahead log, zeroes the unused bytes of the slice's pages in the
/// file, and commits something, which makes every connection forget its copies of the pages. Only bytes that hold nothing are written, so a crash
/// in between does no harm.
/// </summary>
internal sealed class SqliteScrubber(string path, Func<SqliteConnection> open, IWriteGate gate) : IDisposable
{
    /// <summary>So little that nobody waits long for the writer's turn.</summary>
    private const int SliceBytes = 4 * 1024 * 1024;

    /// <summary>From here on, the first byte of a page of a long value's rest may look like the mark of a tree's page.</summary>
    private const long MostPages = 0x0200_0000;
    private const int Tries = 400;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(5);
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>Never closed before the last connection: closing any handle of a file gives up the process's locks on it (POSIX).</summary>
    private FileStream? _file;

    /// <summary>Null when nothing of what was deleted before is in the files any more; else why it is not so, for people.</summary>
    public async Task<string?> RunAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            using var connection = open();
            _file ??= new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            for (long done = 0; ;)
            {
                var next = await SliceAsync(connection, done, cancellationToken);
                if (next is null) return $"A reader kept the write-ahead log of '{Path.GetFileName(path)}' in use for longer than {Tries * Pause.TotalSeconds:0} seconds; what was deleted is overwritten when it is next emptied, by the next run.";
                if (next < 0) return $"'{Path.GetFileName(path)}' is too large to be cleaned while it is in use: stop the gateway and run VACUUM on it.";
                if (next == done) break;
                done = next.Value;
                await Task.Delay(Breath, TimeProvider.System, cancellationToken);
            }

            RandomAccess.FlushToDisk(_file.SafeFileHandle);
            return null;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose()
    {
        _file?.Dispose();
        _one.Dispose();
    }

    /// <summary>The page behind the slice, the same page when there was none left, -1 when the file is too large; null when a reader stood in the way.</summary>
    private async Task<long?> SliceAsync(SqliteConnection connection, long first, CancellationToken cancellationToken)
    {
        for (var round = 0; round < Tries; round++)
        {
            using (await gate.EnterAsync(cancellationToken))
            {
                if (TryEmptyLog(connection)) return await Task.Run(() => Clear(connection, first), cancellationToken);
            }

            // Waits for readers of the database, whom no clock of ours moves.
            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }

        return null;
    }

    private long Clear(SqliteConnection connection, long first)
    {
        Span<byte> head = stackalloc byte[100];
        RandomAccess.Read(_file!.SafeFileHandle, head, 0);
        var size = BinaryPrimitives.ReadUInt16BigEndian(head[16..]) is var given and not 1 ? given : 65_536;
        var pages = RandomAccess.GetLength(_file.SafeFileHandle) / size;
        if (pages >= MostPages) return -1;
        if (first >= pages) return first;
        var count = (int)Math.Min(SliceBytes / size, pages - first);
        ClearPages(first, count, size, size - head[20]);
        // Whoever has copies of pages begins its next transaction by reading them anew.
        SqliteDatabase.Execute(connection, "PRAGMA user_version=0");
        return first + count;
    }

    private void ClearPages(long first, int count, int size, int usable)
    {
        var handle = _file!.SafeFileHandle;
        var slice = new byte[count * size];
        var read = 0;
        while (read < slice.Length && RandomAccess.Read(handle, slice.AsSpan(read), (first * size) + read) is > 0 and var more) read += more;
        for (var page = 0; page < read / size; page++)
        {
            var bytes = slice.AsSpan(page * size, size);
            if (FreeSpace.Clear(bytes, first + page == 0, usable)) RandomAccess.Write(handle, bytes, (first + page) * size);
        }
    }

    /// <summary>With the writer's turn: what is in the log goes into the file, and the log is empty. False while a reader still needs it.</summary>
    private static bool TryEmptyLog(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA busy_timeout=20; PRAGMA wal_checkpoint(TRUNCATE)";
        using var reader = command.ExecuteReader();
        if (reader.FieldCount != 3) reader.NextResult();
        return reader.Read() && reader.GetInt32(0) == 0;
    }
}
