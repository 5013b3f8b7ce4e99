using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Portal.Tenancy;

namespace OpenClaw.Portal.Components.Layout;

/// <summary>One page in the navigation.</summary>
internal sealed record NavEntry(string Title, string Icon, string Address);

/// <summary>Pages that belong together; the first ones stand without a title.</summary>
internal sealed record NavGroup(string? Title, IReadOnlyList<NavEntry> Entries);

/// <summary>The pages that a person may see, as the navigation and the jump box list them.</summary>
internal static class Navigation
{
    public static IReadOnlyList<NavGroup> For(TenantPlace? place)
    {
        if (place is null) return [];
        var at = $"t/{place.Tenant.Slug}";
        var groups = new List<NavGroup>
        {
            new(null,
            [
                new("Overview", "overview", $"{at}/overview"), new("Conversations", "conversations", $"{at}/conversations"),
                new("Archive", "archive", $"{at}/archive"), new("Dead letters", "deadletters", $"{at}/dead-letters"), new("Queues and circuits", "queue", $"{at}/queues"), new("Alerts", "bell", $"{at}/alerts"), new("Metrics", "metrics", $"{at}/metrics"), new("Talk", "talk", $"{at}/welcome"),
            ]),
            new("Set up", [new("Channels", "channel", $"{at}/channels"), new("Agents", "agent", $"{at}/agents"), new("Routing", "route", $"{at}/routing"), new("People who wait", "members", $"{at}/pairings")]),
        };
        if (place.Role >= TenantRole.Admin)
        {
            groups.Add(new("Manage",
            [
                new("Members", "members", $"{at}/members"), new("API keys", "key", $"{at}/api-keys"), new("Event webhooks", "link", $"{at}/event-webhooks"),
                new("Audit", "audit", $"{at}/audit"), new("Holds and erasure", "lock", $"{at}/privacy"), new("Fault drill", "test", $"{at}/drills"), new("Settings", "settings", $"{at}/settings"),
            ]));
        }

        if (place.IsOwner) groups.Add(new("Installation", [new("Tenants", "tenant", "owner/tenants"), new("People", "members", "owner/people"), new("Queues of all", "queue", "owner/queues"), new("Metrics of all", "metrics", "owner/metrics"), new("Jobs", "clock", "owner/jobs"), new("Network", "shield", "owner/network"), new("Audit of all", "audit", "owner/audit")]));
        groups.Add(new(null, [new("API", "book", "api")]));
        return groups;
    }
}
