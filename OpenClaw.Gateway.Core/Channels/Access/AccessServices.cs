using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage;
using OpenClaw.Gateway.Core.Storage.Journal;

namespace OpenClaw.Gateway.Core.Channels.Access;

/// <summary>Who may write to channels.</summary>
internal static class AccessServices
{
    /// <summary>Needs the journal, the stores and the catalog.</summary>
    public static IServiceCollection AddChannelAccess(this IServiceCollection services)
    {
        services.TryAddSingleton<IChannelAccess>(s => new ChannelAccess(
            new(s.GetRequiredService<Journal>), s.GetRequiredService<ISystemDbFactory>(), s.GetRequiredService<ICatalog>(), s.GetRequiredService<TimeProvider>()));
        return services;
    }
}
