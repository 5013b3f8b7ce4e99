using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Administration.Mail;

/// <summary>The installation's own mail.</summary>
internal static class MailServices
{
    public static IServiceCollection AddMail(this IServiceCollection services)
    {
        services.AddSingleton<Mailer>();
        services.AddSingleton<IMailer>(s => s.GetRequiredService<Mailer>());
        services.AddHostedService(s => s.GetRequiredService<Mailer>());
        return services;
    }
}
