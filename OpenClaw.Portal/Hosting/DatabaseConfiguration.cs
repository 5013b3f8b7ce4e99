using System.Data.Common;
using Microsoft.Data.SqlClient;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace OpenClaw.Portal.Hosting;

/// <summary><c>Database:Provider</c> and <c>ConnectionStrings:Gateway</c>. What a driver says of a connection string names keywords, never values: it may hold a password.</summary>
internal static class DatabaseConfiguration
{
    private const string ProviderKey = "Database:Provider";
    private const string ConnectionKey = "ConnectionStrings:Gateway";

    /// <summary>The provider's name as it is written in the documentation.</summary>
    public static string ReadProvider(ConfigurationReader reader, string providerKey = ProviderKey)
    {
        var text = reader.Text(providerKey) ?? Databases.Sqlite;
        if (Databases.All.FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } known) return known;
        reader.Fault(providerKey, text, string.Join(", ", Databases.All));
        return Databases.Sqlite;
    }

    /// <summary>Null where SQLite's own file in the data directory is meant.</summary>
    public static string? ReadConnectionString(ConfigurationReader reader, string provider, string providerKey = ProviderKey, string connectionKey = ConnectionKey)
    {
        var text = reader.Text(connectionKey);
        if (text is null && provider == Databases.Sqlite && connectionKey == ConnectionKey) return null;
        if (text is null)
        {
            reader.Fault(connectionKey, $"is needed with {providerKey}={provider}. Allowed: {Example(provider)}.");
            return null;
        }

        try
        {
            if (Names(provider, text)) return text;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or IOException or UnauthorizedAccessException)
        {
            // told below, as a missing part is
        }

        reader.SecretFault(connectionKey, text, Example(provider));
        return null;
    }

    /// <summary>What a driver says in the end, in one line. Drivers name accounts and servers, never passwords.</summary>
    public static string Line(Exception fault) => fault.GetBaseException().Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');

    /// <summary>Whether it names a database. Throws where it cannot be read.</summary>
    private static bool Names(string provider, string text)
    {
        DbConnectionStringBuilder read = provider switch
        {
            Databases.PostgreSql => new NpgsqlConnectionStringBuilder(text),
            Databases.SqlServer => new SqlConnectionStringBuilder(text),
            _ => new SqliteConnectionStringBuilder(text),
        };
        switch (read)
        {
            case NpgsqlConnectionStringBuilder postgres: return !string.IsNullOrEmpty(postgres.Host) && !string.IsNullOrEmpty(postgres.Database);
            case SqlConnectionStringBuilder server: return server.DataSource.Length > 0 && server.InitialCatalog.Length > 0;
            case SqliteConnectionStringBuilder { DataSource: { Length: > 0 } file }:
                Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
                return true;
            default: return false;
        }
    }

    private static string Example(string provider) => provider switch
    {
        Databases.PostgreSql => "a connection string of PostgreSQL that names host and database, such as Host=localhost;Database=openclaw;Username=openclaw;Password=…",
        Databases.SqlServer => "a connection string of SQL Server that names server and database, such as Server=localhost;Database=openclaw;User Id=openclaw;Password=…;Encrypt=True",
        _ => "a connection string of SQLite such as Data Source=/var/lib/openclaw/gateway.db (default: gateway.db in Data:Directory)",
    };
}
