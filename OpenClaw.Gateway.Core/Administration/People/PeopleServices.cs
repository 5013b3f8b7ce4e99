using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration.People;

/// <summary>What the owner of the installation does with accounts.</summary>
public static class PeopleServices
{
    /// <summary>Adds the list of accounts and its changes. Needs the stores.</summary>
    public static IServiceCollection AddPeople(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(s => new PersonQueries(s.GetRequiredService<ISystemDbFactory>(), s.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(s => new ChangePerson(s.GetRequiredService<ISystemDbFactory>(), s.GetServices<ISignInWatch>(), s.GetRequiredService<TimeProvider>()));
        return services;
    }
}
