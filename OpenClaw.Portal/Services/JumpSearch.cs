using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Gateway.Core.Administration.Members;

namespace OpenClaw.Portal.Services;

/// <summary>Somewhere to jump to.</summary>
public sealed record JumpTarget(string Group, string Title, string? Note, string Icon, string Address);

/// <summary>Finds what a person types into the jump box, within what the person may see.</summary>
public sealed class JumpSearch(ICatalog catalog, TenantNames names, SessionQueries sessions, MessageQueries messages, MemberQueries members)
{
    private const int PerGroup = 5;
    private const int LongestTitle = 60;
    private const int LeastForQueries = 2;

    /// <summary>Channels, agents, members (for those who set up) and conversations of the caller's tenant, by name or id.</summary>
    public async Task<IReadOnlyList<JumpTarget>> FindAsync(Caller caller, string at, string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Read);
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length < LeastForQueries) return [];
        var found = new List<JumpTarget>();
        found.AddRange(catalog.Channels.Where(c => c.Tenant.Id == caller.Tenant && Fits(text, c.Name, c.Id)).OrderBy(c => c.Name, StringComparer.CurrentCultureIgnoreCase).Take(PerGroup)
            .Select(c => new JumpTarget("Channels", c.Name, c.Enabled ? null : "disabled", "channel", $"{at}/channels/{c.Id}")));
        found.AddRange((await names.AgentsAsync(caller.Tenant, cancellationToken)).Where(a => Fits(text, a.Name, a.Id)).Take(PerGroup)
            .Select(a => new JumpTarget("Agents", a.Name, null, "agent", $"{at}/agents/{a.Id}")));
        if (caller.May(ApiScopeNames.Configure))
        {
            found.AddRange((await members.ListAsync(caller, new(PerGroup), text, cancellationToken)).Items
                .Select(m => new JumpTarget("Members", m.Name ?? m.Email, m.State == MemberView.Invited ? "invited" : m.Role, "members", $"{at}/members?text={Uri.EscapeDataString(m.Email)}")));
        }

        found.AddRange((await SessionsAsync(caller.Tenant, text, cancellationToken)).Select(s => new JumpTarget("Conversations", s.User.Name ?? s.User.Id, $"{names.Channel(s.Channel)} · {s.State}", "conversations", $"{at}/conversations/{s.Id}")));
        // a message's id, or its trace id from a log or a tracing tool, which are the same
        if (Guid.TryParse(text, out var id) && await messages.GetAsync(caller.Tenant, id, cancellationToken) is { } message)
            found.Add(new("Messages", message.Text.Length > LongestTitle ? $"{message.Text[..LongestTitle]}…" : message.Text.Length > 0 ? message.Text : $"Message {message.Seq}", message.State, "talk", $"{at}/conversations/{message.SessionId}?message={message.Id}&at={message.Seq}"));
        return found;
    }

    private async Task<IReadOnlyList<SessionView>> SessionsAsync(Guid tenant, string text, CancellationToken cancellationToken)
    {
        if (Guid.TryParse(text, out var id)) return await sessions.GetAsync(tenant, id, cancellationToken) is { } session ? [session] : [];
        return (await sessions.ListAsync(tenant, new() { User = text }, new(PerGroup), cancellationToken)).Items;
    }

    private static bool Fits(string text, string name, Guid id) =>
        name.Contains(text, StringComparison.CurrentCultureIgnoreCase) || (Guid.TryParse(text, out var wanted) && wanted == id);
}
