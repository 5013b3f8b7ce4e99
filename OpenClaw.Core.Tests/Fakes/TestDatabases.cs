using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Storage.Sqlite;

namespace OpenClaw.Core.Tests.Fakes;

/// <summary>
/// The databases that store tests run on, each with every test (<c>[MemberData]</c>). Another database is another line here; one
/// that is not there on this machine skips, never passes.
/// </summary>
public static class TestDatabases
{
    public const string Sqlite = "Sqlite";

    /// <summary>Names for <c>[MemberData]</c>.</summary>
    public static TheoryData<string> All { get; } = [Sqlite];

    internal static IDatabase Open(string name, string folder, TimeProvider time) => name switch
    {
        Sqlite => new SqliteDatabase($"Data Source={Path.Combine(folder, "gateway.db")}", time),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such database."),
    };
}
