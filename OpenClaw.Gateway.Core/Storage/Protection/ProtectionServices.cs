using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Storage.Protection;

/// <summary>The master key, Data Protection with its keys in the database, and the secrets under them.</summary>
public static class ProtectionServices
{
    /// <summary>Adds all three. Needs <see cref="GatewayOptions"/> and the stores.</summary>
    public static IServiceCollection AddProtection(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<IKeyMaterial, MasterKey>();
        services.TryAddSingleton<KeyWrap>();
        services.TryAddSingleton<KeyRepository>();
        services.TryAddSingleton<SecretProtector>();
        services.AddDataProtection().SetApplicationName("OpenClaw.Gateway");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>, KeysInDatabase>();
        return services;
    }

    private sealed class KeysInDatabase(KeyRepository repository, KeyWrap wrap) : IConfigureOptions<KeyManagementOptions>
    {
        public void Configure(KeyManagementOptions options)
        {
            options.XmlRepository = repository;
            options.XmlEncryptor = new KeyWrapEncryptor(wrap);
        }
    }
}
