namespace OpenClaw.Portal.Identity.Accounts;

/// <summary>Signing in, one's own account, and the ways into one.</summary>
internal static class AccountServices
{
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.AddHttpContextAccessor();
        services.AddScoped<SignInFlow>();
        services.AddScoped<OwnAccount>();
        services.AddScoped<TwoFactor>();
        services.AddScoped<OwnPasskeys>();
        services.AddScoped<PasskeyUse>();
        services.AddScoped<PasswordResets>();
        services.AddScoped<InvitationVisits>();
        services.AddSingleton<ResetLinks>();
        services.AddSingleton<ResetPauses>();
        services.AddSingleton<UsedCodes>();
        return services;
    }
}
