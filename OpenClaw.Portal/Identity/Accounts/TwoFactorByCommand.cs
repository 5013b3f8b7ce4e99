using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Administration.People;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Stores;

namespace OpenClaw.Portal.Identity.Accounts;

/// <summary>Takes a lost second factor away from the command line, beside a gateway that may be running and feels it within seconds.</summary>
internal static class TwoFactorByCommand
{
    /// <summary>Null when done; else why not.</summary>
    public static async Task<string?> RemoveAsync(GatewayOptions options, IDatabase database, string email)
    {
        var services = new ServiceCollection().AddLogging().AddSingleton(options).AddSingleton(TimeProvider.System).AddSingleton(database);
        services.AddStores().AddPeople();
        await using var provider = services.BuildServiceProvider();
        await using var db = provider.GetRequiredService<ISystemDbFactory>().Create();
        var normalized = EmailRule.Normalize(email);
        if (await db.Users.AsNoTracking().Where(p => p.NormalizedEmail == normalized).Select(p => (Guid?)p.Id).FirstOrDefaultAsync() is not { } id) return $"There is no account with the address {email}.";
        var result = await provider.GetRequiredService<ChangePerson>().RemoveTwoFactorAsync(Caller.System(Guid.Empty), id);
        return result.Status == AdminStatus.Done ? null : result.Reason ?? "Somebody changed the account at the same moment. Try again.";
    }
}
