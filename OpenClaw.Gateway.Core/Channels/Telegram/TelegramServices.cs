using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Channels.Connections;
using OpenClaw.Gateway.Core.Channels.Telegram.Protocol;

namespace OpenClaw.Gateway.Core.Channels.Telegram;

/// <summary>Registration of the Telegram channel.</summary>
internal static class TelegramServices
{
    public static IServiceCollection AddTelegramChannel(this IServiceCollection services)
    {
        services.AddPlatform<TelegramKind, TelegramConnector, TelegramSender>(TelegramKind.Name);
        services.TryAddSingleton<TelegramApi>();
        services.TryAddSingleton<TelegramBots>();
        services.TryAddSingleton<TelegramFiles>();
        services.TryAddSingleton<TelegramIntake>();
        services.TryAddSingleton<TelegramPolling>();
        services.TryAddSingleton<TelegramWebhooks>();
        services.TryAddSingleton<TelegramHook>();
        services.TryAddSingleton<TelegramBudget>();
        services.TryAddSingleton<TelegramPreflight>();
        return services;
    }
}
