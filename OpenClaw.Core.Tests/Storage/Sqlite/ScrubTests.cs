using System.Globalization;
using Microsoft.Data.Sqlite;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Storage.Sqlite;

namespace OpenClaw.Core.Tests.Storage.Sqlite;

/// <summary>What deleted rows leave in the files although <c>secure_delete</c> is on, and that nothing of it is left after scrubbing.</summary>
public sealed class ScrubTests : IDisposable
{
    private const string Planted = "PLANTED";
    private readonly string _folder = Directory.CreateTempSubdirectory("openclaw-scrub-").FullName;
    private readonly SqliteDatabase _database;
    private readonly SqliteConnection _connection;

    public ScrubTests()
    {
        _database = new($"Data Source={Path.Combine(_folder, "gateway.db")}", TimeProvider.System);
        _database.Claim()?.Dispose();
        _connection = new($"Data Source={_database.DataSource};Pooling=False");
        _connection.Open();
        SqliteConnectionSettings.Apply(_connection);
        Run("CREATE TABLE Rows (Id BLOB PRIMARY KEY, User TEXT, Context TEXT); CREATE INDEX ByUser ON Rows (User)");
    }

    public void Dispose()
    {
        _connection.Dispose();
        _database.Dispose();
        SqliteConnection.ClearAllPools();
        TestFolder.Delete(_folder);
    }

    [Fact]
    public async Task Scrub_AfterPagesWereRebuilt_LeavesNothingOfWhatWasDeleted()
    {
        var others = 0;
        for (var seed = 0; Traces() == 0; seed++)
        {
            Assert.True(seed < 40, "SQLite left nothing behind in 40 runs: is the scrubber still needed?");
            others = Churn(new Random(seed));
            Run("PRAGMA wal_checkpoint(TRUNCATE)");
        }

        Assert.Null(await _database.ScrubAsync(CancellationToken.None));
        Assert.Equal(0, Traces());
        Assert.Empty(DataScan.Find(_folder, [Planted]));
        Assert.Equal("ok", Read("PRAGMA integrity_check"));
        Assert.Equal(others.ToString(CultureInfo.InvariantCulture), Read("SELECT COUNT(*) FROM Rows"));
    }

    [Fact]
    public async Task Scrub_WhileOthersWrite_KeepsWhatTheyWriteAndLeavesNothing()
    {
        Churn(new Random(1));
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            var written = 0;
            while (!stop.IsCancellationRequested)
            {
                using (await _database.Gate.EnterAsync(CancellationToken.None)) Run($"INSERT INTO Rows VALUES (randomblob(16), 'w{written}', '{new string('w', 40 + (written % 3000))}')");
                written++;
            }

            return written;
        });
        for (var i = 0; i < 5; i++) Assert.Null(await _database.ScrubAsync(CancellationToken.None));
        await stop.CancelAsync();
        Assert.Equal((await writing).ToString(CultureInfo.InvariantCulture), Read("SELECT COUNT(*) FROM Rows WHERE User LIKE 'w%'"));
        Assert.Equal("ok", Read("PRAGMA integrity_check"));
        Assert.Empty(DataScan.Find(_folder, [Planted]));
    }

    /// <summary>A connection that has read a page keeps a copy of it, with what the scrubber has overwritten in the file, and must not write that back.</summary>
    [Fact]
    public async Task Scrub_WithCopiesOfPagesInAnotherConnection_TheyDoNotComeBack()
    {
        for (var seed = 0; Traces() == 0 && seed < 40; seed++)
        {
            Churn(new Random(seed));
            Run("PRAGMA wal_checkpoint(TRUNCATE)");
        }

        using var other = new SqliteConnection($"Data Source={_database.DataSource};Pooling=False");
        other.Open();
        SqliteConnectionSettings.Apply(other);
        SqliteDatabase.Execute(other, "PRAGMA cache_size=-200000");
        SqliteDatabase.Read(other, "SELECT SUM(LENGTH(User) + LENGTH(Context)) FROM Rows");
        SqliteDatabase.Read(other, "SELECT COUNT(User) FROM Rows INDEXED BY ByUser WHERE User >= ''");
        Assert.Null(await _database.ScrubAsync(CancellationToken.None));
        SqliteDatabase.Execute(other, "UPDATE Rows SET Context = 'x' || substr(Context, 2), User = 'y' || substr(User, 2)");
        SqliteDatabase.Execute(other, "PRAGMA wal_checkpoint(TRUNCATE)");
        Assert.Empty(DataScan.Find(_folder, [Planted]));
    }

    [Fact]
    public async Task Scrub_WhileAReaderStaysInItsTransaction_SaysWhy()
    {
        Run("INSERT INTO Rows VALUES (randomblob(16), 'a', 'b')");
        using var reader = new SqliteConnection($"Data Source={_database.DataSource};Pooling=False");
        reader.Open();
        SqliteDatabase.Execute(reader, "BEGIN");
        SqliteDatabase.Read(reader, "SELECT COUNT(*) FROM Rows");
        Run("INSERT INTO Rows VALUES (randomblob(16), 'c', 'd')");
        using var short_ = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _database.ScrubAsync(short_.Token));
        SqliteDatabase.Execute(reader, "COMMIT");
        Assert.Null(await _database.ScrubAsync(CancellationToken.None));
    }

    private int Traces() => DataScan.Count(_database.DataSource, Planted);

    /// <summary>Inserts, updates and deletes at random, then deletes every planted row. How many rows there are.</summary>
    private int Churn(Random random)
    {
        var live = new List<(byte[] Id, bool IsPlanted)>();
        Run("DELETE FROM Rows");
        Run("BEGIN");
        for (var i = 0; i < 4_000; i++)
        {
            var choice = random.NextDouble();
            if (choice < 0.55 || live.Count == 0)
            {
                var row = (Id: new byte[16], IsPlanted: random.NextDouble() < 0.15);
                random.NextBytes(row.Id);
                live.Add(row);
                var user = $"{(row.IsPlanted ? Planted : "other")}{random.Next()}{new string('z', Length(random, 0, 5, 300, 2500))}";
                Run("INSERT INTO Rows VALUES ($id, $user, $context)", row.Id, user, Text(row.IsPlanted, random));
            }
            else if (choice < 0.8)
            {
                var (id, isPlanted) = live[random.Next(live.Count)];
                Run("UPDATE Rows SET Context = $context WHERE Id = $id", id, context: Text(isPlanted, random));
            }
            else
            {
                var at = random.Next(live.Count);
                Run("DELETE FROM Rows WHERE Id = $id", live[at].Id);
                live.RemoveAt(at);
            }
        }

        Run("COMMIT");
        Run("DELETE FROM Rows WHERE User LIKE 'PLANTED%'");
        return live.Count(r => !r.IsPlanted);
    }

    private static string Text(bool isPlanted, Random random) => string.Concat(Enumerable.Repeat(isPlanted ? Planted : "q", Length(random, 1, 40, 900, 4000)));

    private static int Length(Random random, params int[] choices) => choices[random.Next(choices.Length)];

    private void Run(string sql, byte[]? id = null, string? user = null, string? context = null)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        if (id is not null) command.Parameters.AddWithValue("$id", id);
        if (user is not null) command.Parameters.AddWithValue("$user", user);
        if (context is not null) command.Parameters.AddWithValue("$context", context);
        command.ExecuteNonQuery();
    }

    private string Read(string sql) => SqliteDatabase.Read(_connection, sql);
}
