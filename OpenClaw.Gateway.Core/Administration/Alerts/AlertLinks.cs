using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Administration.Alerts;

/// <summary>Addresses of the portal's pages, for notices.</summary>
internal sealed class AlertLinks(GatewayOptions options, ICatalog catalog, AlertConditions conditions)
{
    /// <summary>The page that shows a subject; null where the condition or the tenant is gone.</summary>
    public string? Of(Guid tenant, string condition, string subject) => conditions.PageOf(condition, subject) is { } page ? At(tenant, page) : null;

    /// <summary>The page of the tenant's alerts.</summary>
    public string? Alerts(Guid tenant) => At(tenant, "alerts");

    private string? At(Guid tenant, string page)
    {
        var root = options.PublicUrl.AbsoluteUri.TrimEnd('/');
        if (page.StartsWith('/')) return root + page;
        return catalog.FindTenant(tenant) is { } model ? $"{root}/t/{model.Slug}/{page}" : null;
    }
}
