using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Protection;
using OpenClaw.Gateway.Core.Storage.Stores;

namespace OpenClaw.Portal.Identity.Accounts;

/// <summary>Makes a link for a new password from the command line: with the installation's keys, beside a gateway that may be running.</summary>
internal static class ResetByCommand
{
    /// <summary>Null when nobody has the address.</summary>
    public static async Task<ResetLink?> MakeAsync(GatewayOptions options, IDatabase database, string email)
    {
        var services = new ServiceCollection().AddLogging().AddSingleton(options).AddSingleton(TimeProvider.System).AddSingleton(database);
        services.AddProtection().AddStores();
        services.AddSingleton<PersonTrail>().AddSingleton<ResetLinks>();
        await using var provider = services.BuildServiceProvider();
        await using var db = provider.GetRequiredService<ISystemDbFactory>().Create();
        var normalized = EmailRule.Normalize(email);
        var person = await db.Users.AsNoTracking().Where(p => p.NormalizedEmail == normalized).Select(p => (Guid?)p.Id).FirstOrDefaultAsync();
        return person is { } id ? await provider.GetRequiredService<ResetLinks>().MakeAsync(Caller.System(Guid.Empty), id) : null;
    }
}
