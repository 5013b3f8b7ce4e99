using Microsoft.Extensions.Logging;

namespace OpenClaw.Gateway.Core.Administration.Tenants;

public sealed partial class Bootstrapper
{
    [LoggerMessage(7101, LogLevel.Information, "Made the first tenant {Slug} ({Tenant}) with the channel 'Web chat' and the agent 'Echo'")]
    private static partial void LogTenantMade(ILogger logger, string slug, Guid tenant);

    [LoggerMessage(7102, LogLevel.Information, "Made the API key '{Name}' of tenant {Tenant} from Bootstrap:ApiKey")]
    private static partial void LogKeyMade(ILogger logger, string name, Guid tenant);

    [LoggerMessage(7103, LogLevel.Warning, "Bootstrap:ApiKey was not made: there is no tenant '{Slug}' (Bootstrap:Tenant)")]
    private static partial void LogNoTenant(ILogger logger, string slug);
}
