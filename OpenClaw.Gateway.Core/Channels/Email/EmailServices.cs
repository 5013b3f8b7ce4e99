using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Channels.Connections;
using OpenClaw.Gateway.Core.Channels.Email.Inbound;
using OpenClaw.Gateway.Core.Channels.Email.Outbound;
using OpenClaw.Gateway.Core.Channels.Email.Preflight;

namespace OpenClaw.Gateway.Core.Channels.Email;

/// <summary>Registration of the mail channel.</summary>
internal static class EmailServices
{
    public static IServiceCollection AddEmailChannel(this IServiceCollection services)
    {
        services.AddPlatform<EmailKind, EmailConnector, EmailSender>(EmailKind.Name);
        services.AddEmailInbound();
        services.TryAddSingleton<RefreshTokens>();
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
