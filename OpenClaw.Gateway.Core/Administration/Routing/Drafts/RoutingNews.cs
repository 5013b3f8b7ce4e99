namespace OpenClaw.Gateway.Core.Administration.Routing.Drafts;

/// <summary>Tells open pages of this node that a draft was edited. (That something was published, the catalog tells.)</summary>
public sealed class RoutingNews
{
    /// <summary>Raised with the tenant after its draft was changed, published or thrown away; handlers must be quick.</summary>
    public event Action<Guid>? DraftChanged;

    internal void Tell(Guid tenant) => DraftChanged?.Invoke(tenant);
}
