using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Telegram;
using OpenClaw.Gateway.Core.Channels.WebSocket;
using OpenClaw.Gateway.Core.Hosting;
using OpenClaw.Gateway.Core.Maintenance;
using OpenClaw.Gateway.Core.Storage.Blobs;
using OpenClaw.Portal.Endpoints.Api;
using OpenClaw.Portal.Endpoints.Health;
using OpenClaw.Portal.Endpoints.Metrics;
using OpenClaw.Portal.Identity.Accounts;
using OpenClaw.Portal.Jobs;
using OpenClaw.Storage.Sqlite;

namespace OpenClaw.Portal.Hosting;

/// <summary>The gateway in the same process: its database, its doors on the web, and the verbs of the executable.</summary>
internal static class GatewayOnWeb
{
    public static WebApplicationBuilder AddGateway(this WebApplicationBuilder builder, GatewayOptions options)
    {
        builder.Services.AddGateway(options, Database(options));
        builder.Services.AddManagementApi();
        builder.Services.AddJobSchedule();
        // sockets say goodbye and answers under way are written before the host gives up on them
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(15));
        return builder;
    }

    public static WebApplication MapGateway(this WebApplication app)
    {
        app.MapWebSocketChannel();
        app.MapTelegramHook();
        app.MapFiles();
        app.MapManagementApi();
        app.MapHealth();
        app.MapMetrics();
        return app;
    }

    /// <summary><c>backup FOLDER</c>: copies the installation, which may be running, into an empty folder.</summary>
    public static async Task<int> BackUpAsync(GatewayOptions options, string folder)
    {
        using var database = Database(options);
        if (!File.Exists(database.DataSource)) return await StartFaults.TellAsync([$"Data:Directory: '{options.DataDirectory}' holds no installation ({Path.GetFileName(database.DataSource)} is not there)."]);
        try
        {
            var files = await new BackUp(options, database).RunAsync(folder, CancellationToken.None);
            foreach (var file in files) Console.WriteLine(file);
            Console.WriteLine($"Backed up, files: {files.Count}. master.key is not among them: keep it elsewhere, and put it back with them to restore.");
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Microsoft.Data.Sqlite.SqliteException)
        {
            await Console.Error.WriteLineAsync("The back-up failed: " + e.Message);
            return StartFaults.ExitCode;
        }
    }

    /// <summary><c>reset-password EMAIL</c>: a one-time link for whoever can run commands on this machine, the owner's own way back in. The installation may be running.</summary>
    public static async Task<int> ResetPasswordAsync(GatewayOptions options, string email)
    {
        using var database = Database(options);
        if (!File.Exists(database.DataSource)) return await StartFaults.TellAsync([$"Data:Directory: '{options.DataDirectory}' holds no installation ({Path.GetFileName(database.DataSource)} is not there)."]);
        if (await ResetByCommand.MakeAsync(options, database, email) is not { } link)
        {
            await Console.Error.WriteLineAsync($"There is no account with the address {email}.");
            return StartFaults.ExitCode;
        }

        Console.WriteLine(link.Address);
        Console.WriteLine($"Open it before {link.ExpiresAt:yyyy-MM-dd HH:mm} UTC to choose a new password. It works once; whoever has it can use it.");
        return 0;
    }

    /// <summary><c>remove-two-factor EMAIL</c>: for whoever lost the device and can run commands on this machine. The installation may be running.</summary>
    public static async Task<int> RemoveTwoFactorAsync(GatewayOptions options, string email)
    {
        using var database = Database(options);
        if (!File.Exists(database.DataSource)) return await StartFaults.TellAsync([$"Data:Directory: '{options.DataDirectory}' holds no installation ({Path.GetFileName(database.DataSource)} is not there)."]);
        if (await TwoFactorByCommand.RemoveAsync(options, database, email) is { } fault)
        {
            await Console.Error.WriteLineAsync(fault);
            return StartFaults.ExitCode;
        }

        Console.WriteLine($"The second factor of {email} is taken away, and all sign-ins are ended. The password alone opens the account now: set a new second factor up under Your account.");
        return 0;
    }

    private static SqliteDatabase Database(GatewayOptions options) =>
        new(options.ConnectionString ?? $"Data Source={Path.Combine(options.DataDirectory, "gateway.db")}", TimeProvider.System) { Companions = [JobStoreFile.PathOf(options)] };
}
