using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Programs;

namespace OpenClaw.Gateway.Core.Administration.Programs;

/// <summary>Registration of what programs do.</summary>
internal static class ProgramServices
{
    public static IServiceCollection AddProgramCalls(this IServiceCollection services)
    {
        services.TryAddSingleton<ProgramChannels>();
        services.TryAddSingleton<ProgramMessages>();
        services.TryAddSingleton(s => new ProgramCalls(
            s.GetRequiredService<ProgramChannels>(), s.GetRequiredService<ProgramMessages>(), new(s.GetRequiredService<ProgramExchange>), new(s.GetRequiredService<ProgramFiles>),
            new(s.GetRequiredService<IMessageStops>), s.GetRequiredService<ICatalog>(), s.GetRequiredService<IFileLinks>()));
        return services;
    }
}
