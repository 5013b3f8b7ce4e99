namespace OpenClaw.Gateway.Core.Tenancy;

/// <summary>
/// A row that belongs to a tenant. A named query filter reads it and a stamp on save sets it: nobody writes
/// <c>Where(x =&gt; x.TenantId == …)</c>, and nobody can forget to.
/// </summary>
public interface ITenantOwned
{
    /// <summary>The owner.</summary>
    Guid TenantId { get; set; }
}
