namespace OpenClaw.Gateway.Core.Abstractions;

/// <summary>
/// Something outside the database that holds what is a tenant's: sockets, sessions in memory, files. Asked in the order of registration
/// when a tenant is removed, after it was suspended, and may be asked again.
/// </summary>
internal interface ITenantRemoval
{
    /// <summary>Lets go of everything of that tenant; no error when there is nothing.</summary>
    ValueTask RemoveAsync(Guid tenant, CancellationToken cancellationToken);
}
