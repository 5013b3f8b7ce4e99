using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Telegram;
using OpenClaw.Gateway.Core.Channels.WebSocket;
using OpenClaw.Gateway.Core.Hosting;
using OpenClaw.Gateway.Core.Storage.Blobs;
using OpenClaw.Portal.Endpoints.AgentSockets;
using OpenClaw.Portal.Endpoints.A2a;
using OpenClaw.Portal.Endpoints.Api;
using OpenClaw.Portal.Endpoints.Health;
using OpenClaw.Portal.Endpoints.Metrics;
using OpenClaw.Portal.Endpoints.OpenAi;
using OpenClaw.Portal.Identity.Accounts;
using OpenClaw.Portal.Jobs;

namespace OpenClaw.Portal.Hosting;

/// <summary>The gateway in the same process: its database, its doors on the web, and the verbs of the executable.</summary>
internal static class GatewayOnWeb
{
    public static WebApplicationBuilder AddGateway(this WebApplicationBuilder builder, GatewayOptions options)
    {
        builder.Services.AddGateway(options, Databases.Open(options));
        builder.Services.AddManagementApi();
        builder.Services.AddJobSchedule();
        // sockets say goodbye and answers under way are written before the host gives up on them
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(15));
        return builder;
    }

    public static WebApplication MapGateway(this WebApplication app)
    {
        app.MapWebSocketChannel();
        app.MapAgentSockets();
        app.MapTelegramHook();
        app.MapFiles();
        app.MapManagementApi();
        app.MapOpenAi();
        app.MapA2a();
        app.MapHealth();
        app.MapMetrics();
        return app;
    }

    /// <summary><c>reset-password EMAIL</c>: a one-time link for whoever can run commands on this machine, the owner's own way back in. The installation may be running.</summary>
    public static async Task<int> ResetPasswordAsync(GatewayOptions options, string email)
    {
        using var opened = new OpenedDatabase(options);
        if (await opened.FaultAsync() is { } fault) return await StartFaults.TellAsync([fault]);
        if (await ResetByCommand.MakeAsync(options, opened.Database, email) is not { } link)
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
        using var opened = new OpenedDatabase(options);
        if (await opened.FaultAsync() is { } fault) return await StartFaults.TellAsync([fault]);
        if (await TwoFactorByCommand.RemoveAsync(options, opened.Database, email) is { } refused)
        {
            await Console.Error.WriteLineAsync(refused);
            return StartFaults.ExitCode;
        }

        Console.WriteLine($"The second factor of {email} is taken away, and all sign-ins are ended. The password alone opens the account now: set a new second factor up under Your account.");
        return 0;
    }
}
