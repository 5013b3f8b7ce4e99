using System.Globalization;
using Npgsql;

namespace OpenClaw.Storage.PostgreSql.Journal;

/// <summary>What the journal's own connection is told, and what it says of its durability.</summary>
internal static class JournalSettings
{
    /// <summary>
    /// Commits wait for the disk. Statements are planned once, by index: at the time of planning the tables may be empty, and they will not stay so. A lock that
    /// somebody holds for long fails the group, which is then tried again. A server that lost sight of us gives up soon.
    /// </summary>
    private const string Apply =
        """
        SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';
        SET plan_cache_mode = force_generic_plan;
        SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;
        SET jit = off;
        SET lock_timeout = '20s';
        SET idle_in_transaction_session_timeout = '60s';
        """;

    private static readonly string[] Told = ["synchronous_commit", "fsync", "full_page_writes", "transaction_read_only"];

    public static void ApplyTo(NpgsqlConnection connection)
    {
        using var command = connection.CreateCommand();
        // a stand-by, or a server that was made read-only, says so here and refuses the first write
        command.CommandText = Apply;
        command.ExecuteNonQuery();
    }

    public static IReadOnlyDictionary<string, string> Read(NpgsqlConnection connection)
    {
        var told = new Dictionary<string, string>(StringComparer.Ordinal);
        using var command = connection.CreateCommand();
        command.CommandText = string.Create(CultureInfo.InvariantCulture, $"SELECT {string.Join(", ", Told.Select(t => $"current_setting('{t}')"))}");
        using var reader = command.ExecuteReader();
        if (!reader.Read()) return told;
        for (var i = 0; i < Told.Length; i++) told[Told[i]] = reader.GetString(i);
        return told;
    }
}
