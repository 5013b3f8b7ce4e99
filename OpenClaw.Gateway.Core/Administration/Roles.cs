using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration;

/// <summary>What each role may do: the one table behind the portal's checks and the page that explains them.</summary>
public static class Roles
{
    private static readonly string[] Viewer = [ApiScopeNames.Read];
    private static readonly string[] Operator = [.. Viewer, ApiScopeNames.Converse, ApiScopeNames.Operate];
    private static readonly string[] Admin = [.. Operator, ApiScopeNames.Configure];

    /// <summary>The scopes of a role in its tenant.</summary>
    public static IReadOnlyCollection<string> ScopesOf(TenantRole role) => role switch
    {
        TenantRole.Admin => Admin,
        TenantRole.Operator => Operator,
        TenantRole.Viewer => Viewer,
        _ => [],
    };

    /// <summary>The scopes of the owner of the installation, in every tenant.</summary>
    public static IReadOnlyCollection<string> OfOwner => ApiScopeNames.All;
}
