using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Portal.Components.Controls.Dialogs;

namespace OpenClaw.Portal.Components.Controls;

/// <summary>What the controls need: all of it belongs to one circuit.</summary>
internal static class ControlsServices
{
    public static IServiceCollection AddControls(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddScoped<KitScript>();
        services.AddScoped<IConfirm, Confirm>();
        services.AddScoped<Toasts>();
        return services;
    }
}
