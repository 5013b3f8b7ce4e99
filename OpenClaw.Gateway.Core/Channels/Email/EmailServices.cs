using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Connections;
using OpenClaw.Gateway.Core.Channels.Email.Outbound;
using OpenClaw.Gateway.Core.Channels.Email.Preflight;
using OpenClaw.Gateway.Core.Channels.Email.Threads;

namespace OpenClaw.Gateway.Core.Channels.Email;

/// <summary>Registration of the mail channel.</summary>
internal static class EmailServices
{
    public static IServiceCollection AddEmailChannel(this IServiceCollection services)
    {
        services.AddPlatforms();
        services.TryAddSingleton<EmailSender>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IChannelKind, EmailKind>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IChannelSender, EmailSender>(s => s.GetRequiredService<EmailSender>()));
        services.AddSingleton<IChannelBudget>(s => s.GetRequiredService<EmailSender>());
        services.TryAddSingleton<MailBook>();
        services.TryAddSingleton<MailKeys>();
        services.TryAddSingleton<MailTokens>();
        services.TryAddSingleton<IMailCredentials>(s => s.GetRequiredService<MailTokens>());
        services.TryAddSingleton<AnsweredMails>();
        services.TryAddSingleton<MailPost>();
        services.TryAddSingleton<MailBudget>();
        services.TryAddSingleton<MailRefusals>();
        services.TryAddSingleton<RefusalReports>();
        services.TryAddSingleton<IMailNotices, MailNotices>();
        services.TryAddSingleton<HostCheck>();
        services.TryAddSingleton<EmailPreflight>();
        return services;
    }
}
