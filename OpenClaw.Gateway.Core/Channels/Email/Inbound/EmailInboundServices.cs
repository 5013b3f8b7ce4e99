using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Channels.Email.Bounces;
using OpenClaw.Gateway.Core.Channels.Email.Held;
using OpenClaw.Gateway.Core.Channels.Email.Threads;

namespace OpenClaw.Gateway.Core.Channels.Email.Inbound;

/// <summary>Registration of the mail channel's way in.</summary>
internal static class EmailInboundServices
{
    /// <summary>Needs the platforms, the journal, <see cref="IMailCredentials"/> and <see cref="IMailNotices"/>.</summary>
    public static IServiceCollection AddEmailInbound(this IServiceCollection services)
    {
        services.TryAddSingleton<MailBook>();
        services.TryAddSingleton<MailKeys>();
        services.TryAddSingleton<MailThreads>();
        services.TryAddSingleton<LoopSigns>();
        services.TryAddSingleton<MailChoices>();
        services.TryAddSingleton<BounceBook>();
        services.TryAddSingleton<HeldMails>();
        services.TryAddSingleton<MailboxOpener>();
        services.TryAddSingleton<MailIntake>();
        services.TryAddSingleton<MailReading>();
        services.TryAddSingleton<ReleasedMails>();
        return services;
    }
}
