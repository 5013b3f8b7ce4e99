using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Storage.Blobs;

/// <summary>Registration of the blob store and of signed links.</summary>
public static class BlobServices
{
    /// <summary>Adds blobs in the data directory. Map the links by <see cref="FileEndpoint.MapFiles"/>.</summary>
    public static IServiceCollection AddDirectoryBlobs(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<DirectoryBlobStore>();
        services.TryAddSingleton<BlobIntake>();
        services.TryAddSingleton<IBlobStore>(provider => provider.GetRequiredService<DirectoryBlobStore>());
        services.AddSingleton<ITenantRemoval>(provider => provider.GetRequiredService<DirectoryBlobStore>());
        services.TryAddSingleton<FileLinks>();
        services.TryAddSingleton<IFileLinks>(provider => provider.GetRequiredService<FileLinks>());
        return services;
    }
}
