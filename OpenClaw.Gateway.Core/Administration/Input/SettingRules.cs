using System.Text.Json;
using System.Text.Json.Nodes;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Administration.Input;

/// <summary>The rules by which a setting is saved, for a form that wants to tell at once.</summary>
public static class SettingRules
{
    /// <summary>What saving would say of that value, or null. Null is no value: fine unless one is required.</summary>
    public static string? Fault(SettingSpec spec, JsonNode? value)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (value is null) return spec.Required ? "A value is needed." : null;
        return SettingsCheck.Fault(JsonSerializer.SerializeToElement(value), spec);
    }

    /// <summary>The setting means something beside these values (<see cref="SettingSpec.OnlyWhen"/>); <paramref name="specs"/> know the defaults.</summary>
    public static bool Applies(SettingSpec spec, IReadOnlyList<SettingSpec> specs, JsonObject values)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return spec.OnlyWhen is null || SettingsCheck.Applies(spec, specs, JsonSerializer.SerializeToElement(values));
    }
}
