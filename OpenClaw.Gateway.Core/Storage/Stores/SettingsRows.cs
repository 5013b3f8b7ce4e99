using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Storage.Stores;

/// <summary>Makes of a tenant's saved settings what the gateway works with: what was not set has its default.</summary>
internal static class SettingsRows
{
    private static readonly JsonSerializerOptions Lenient = new(JsonSerializerDefaults.Web);

    public static TenantSettingsModel ToModel(TenantSettings? row)
    {
        if (row is null) return new();
        var values = JsonSerializer.Deserialize<TenantSettingsModel>(row.Values, Lenient) ?? new();
        return values with { DefaultAgent = row.DefaultAgent };
    }
}
