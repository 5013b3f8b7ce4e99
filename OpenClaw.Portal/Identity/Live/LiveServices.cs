using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using OpenClaw.Gateway.Core.Administration.People;

namespace OpenClaw.Portal.Identity.Live;

/// <summary>Sign-ins as rows, and what makes their end felt at once.</summary>
internal static class LiveServices
{
    public static IServiceCollection AddLiveSignIns(this IServiceCollection services)
    {
        services.AddSingleton<LiveSignIns>();
        services.AddSingleton<ISignInWatch>(s => s.GetRequiredService<LiveSignIns>());
        services.AddSingleton<RightsPrint>();
        services.AddScoped<SignInEvents>();
        services.AddScoped<AuthenticationStateProvider, CircuitAuthentication>();
        services.AddScoped<CircuitHandler, CircuitGuard>();
        services.AddCascadingAuthenticationState();
        return services;
    }
}
