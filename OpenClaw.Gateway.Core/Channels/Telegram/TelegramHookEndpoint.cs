using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace OpenClaw.Gateway.Core.Channels.Telegram;

/// <summary>Where Telegram calls channels whose mode is <c>webhook</c>.</summary>
public static class TelegramHookEndpoint
{
    /// <summary>Maps <c>POST /hooks/telegram/{channelId}</c>. It checks its own secret.</summary>
    public static IEndpointConventionBuilder MapTelegramHook(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        RequestDelegate handle = endpoints.ServiceProvider.GetRequiredService<TelegramHook>().HandleAsync;
        return endpoints.MapMethods("/hooks/telegram/{channelId}", [HttpMethods.Post], handle).AllowAnonymous().DisableAntiforgery().WithDisplayName("Telegram's webhook");
    }
}
