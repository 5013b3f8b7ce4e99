using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Access;
using OpenClaw.Gateway.Core.Resilience;
using OpenClaw.Gateway.Core.Storage.Blobs;

namespace OpenClaw.Gateway.Core.Channels.Programs;

/// <summary>Registration of the channels of programs. Needs the inbox, the sessions and the pipeline.</summary>
internal static class ProgramServices
{
    public static IServiceCollection AddProgramChannels(this IServiceCollection services)
    {
        services.AddResilience();
        services.AddChannelAccess();
        services.TryAddSingleton<ChannelInbox>();
        services.TryAddSingleton<BlobIntake>();
        services.TryAddSingleton<ProgramFiles>();
        services.TryAddSingleton<ProgramExchange>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IChannelKind, OpenAiKind>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IChannelKind, A2aKind>());
        return services;
    }
}
