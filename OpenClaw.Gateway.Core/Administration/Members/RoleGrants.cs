using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Members;

/// <summary>Nobody gives a role that may do more than they may themselves.</summary>
internal static class RoleGrants
{
    public const string RoleFault = "One of: viewer, operator, admin.";

    public static bool TryRead(string? text, out TenantRole role) =>
        Enum.TryParse(text, ignoreCase: true, out role) && Enum.IsDefined(role) && text!.All(char.IsAsciiLetter);

    public static void Check(Caller caller, TenantRole role, FieldErrors errors)
    {
        var missing = Roles.ScopesOf(role).Except(caller.Scopes).ToList();
        if (missing.Count > 0) errors.Add("role", $"This role may do more than you: {string.Join(", ", missing)}. Choose a lesser role, or ask somebody who has these rights.");
    }
}
