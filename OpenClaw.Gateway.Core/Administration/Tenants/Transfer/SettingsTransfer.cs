using System.Text.Json.Nodes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Administration.Settings;

namespace OpenClaw.Gateway.Core.Administration.Tenants.Transfer;

/// <summary>A tenant's settings beside the default agent.</summary>
internal static class SettingsTransfer
{
    /// <summary>Notes what is not known and what is wrong; what is null is left out, as it says nothing.</summary>
    public static void Check(JsonObject values, LimitOptions limits, FieldErrors errors)
    {
        var specs = TenantSettingSpecs.All(limits);
        foreach (var (name, value) in values.ToList())
        {
            if (value is null) values.Remove(name);
            if (specs.FirstOrDefault(s => s.Name == name) is not { } spec) errors.Add($"settings.{name}", "This gateway has no such setting.");
            else if (SettingRules.Fault(spec, value) is { } fault) errors.Add($"settings.{name}", fault);
        }
    }
}
