using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration;

/// <summary>
/// On whose behalf something is done, in which tenant, and what they may do there. Made fresh for every call of the API and every
/// action in the portal, never kept: so a right that was taken away ends with the next step.
/// </summary>
/// <param name="Tenant">The tenant that it is done in; empty for the installation.</param>
/// <param name="Kind">What sort of actor.</param>
/// <param name="Id">The person or key.</param>
/// <param name="Name">As the audit names them.</param>
/// <param name="Scopes">What they may do: of <see cref="ApiScopeNames"/>.</param>
/// <param name="Address">The client's address, where there is one.</param>
public sealed record Caller(Guid Tenant, ActorKind Kind, Guid Id, string Name, IReadOnlyCollection<string> Scopes, string? Address = null)
{
    /// <summary>The gateway itself, which may do everything.</summary>
    public static Caller System(Guid tenant) => new(tenant, ActorKind.System, Guid.Empty, "OpenClaw", ApiScopeNames.All);

    /// <summary>Whether they have that scope.</summary>
    public bool May(string scope) => Scopes.Contains(scope);

    /// <summary>Throws <see cref="ForbiddenException"/> where they have not. Every command begins with it.</summary>
    public void Demand(string scope)
    {
        if (!May(scope)) throw new ForbiddenException(scope);
    }
}

/// <summary>Somebody tried what they may not do (any more); nothing was done.</summary>
public sealed class ForbiddenException(string scope)
    : Exception($"This needs the right '{scope}', which you do not have (any more). Ask an admin of the tenant.")
{
    /// <summary>What it needs.</summary>
    public string Scope { get; } = scope;
}
