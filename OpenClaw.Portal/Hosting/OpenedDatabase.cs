using System.Data.Common;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Stores;

namespace OpenClaw.Portal.Hosting;

/// <summary>The configured database for a verb, which works beside a gateway that may be running.</summary>
internal sealed class OpenedDatabase(GatewayOptions options) : IDisposable
{
    public IDatabase Database { get; } = Databases.Open(options);

    private string Key => Database.Name == Databases.Sqlite ? "Data:Directory" : "ConnectionStrings:Gateway";

    /// <summary>Why a verb cannot work on it, in one line; null when it can.</summary>
    public async Task<string?> FaultAsync()
    {
        try
        {
            await using var services = new ServiceCollection().AddLogging().AddSingleton(options).AddSingleton(TimeProvider.System).AddSingleton(Database).AddStores().BuildServiceProvider();
            await using var db = services.GetRequiredService<ISystemDbFactory>().Create();
            return (await DatabaseLook.AtAsync(db, CancellationToken.None)).Content switch
            {
                DatabaseContent.Current or DatabaseContent.Older => null,
                DatabaseContent.Newer => $"{Key}: the database is of a later version than this executable. Use that version.",
                DatabaseContent.Foreign => $"{Key}: the database holds the tables of another application.",
                _ => Database.Name == Databases.Sqlite
                    ? $"Data:Directory: '{options.DataDirectory}' holds no installation (gateway.db is not there)."
                    : $"{Key}: the database holds no installation.",
            };
        }
        catch (Exception e) when (e is DbException or System.Net.Sockets.SocketException or TimeoutException || e.InnerException is DbException)
        {
            return $"{Key}: the database cannot be used ({DatabaseConfiguration.Line(e)}).";
        }
    }

    public void Dispose() => (Database as IDisposable)?.Dispose();
}
