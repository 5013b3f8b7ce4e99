using System.Text.Json.Nodes;
using OpenClaw.Gateway.Core.Administration.Input;

namespace OpenClaw.Gateway.Core.Administration.Tenants.Transfer;

/// <summary>A tenant's settings beside the default agent.</summary>
internal static class SettingsTransfer
{
    /// <summary>Notes what this version does not know.</summary>
    public static void Check(JsonObject values, FieldErrors errors)
    {
        foreach (var (name, _) in values) errors.Add($"settings.{name}", "This gateway has no such setting.");
    }
}
