using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Portal.Components.Pages.Access;

/// <summary>A right in words.</summary>
internal sealed record RightWords(string Scope, string Title, string Text);

/// <summary>What the scopes and roles mean, for people: one text for the pages of members, keys, and “What may I do”.</summary>
internal static class RightsWords
{
    public static IReadOnlyList<RightWords> All { get; } =
    [
        new(ApiScopeNames.Read, "See", "Channels, agents, routing, settings, conversations with their messages and stages, dead letters, live figures. Never a secret."),
        new(ApiScopeNames.Converse, "Talk", "Write into conversations, as an operator or, by a program, as an agent."),
        new(ApiScopeNames.Operate, "Operate", "Work with what runs: change a conversation's context and preferences, dead letters, queues, jobs."),
        new(ApiScopeNames.Configure, "Set up", "Channels, agents, routing rules, settings and secrets; members and API keys; read the audit."),
        new(ApiScopeNames.Own, "Own the installation", "Make, suspend and limit tenants, enter every tenant, see the audit of all."),
    ];

    public static RightWords Of(string scope) => All.First(r => r.Scope == scope);

    public static string Role(string role) => role switch
    {
        "admin" => "Admin", "operator" => "Operator", "viewer" => "Viewer", _ => role,
    };

    /// <summary>A role in one line: the titles of what it may do.</summary>
    public static string Summary(TenantRole role) => role switch
    {
        TenantRole.Admin => "Sets everything up, invites people, and may do all that operators may.",
        TenantRole.Operator => "Sees everything and works with conversations and dead letters.",
        _ => "Sees everything, changes nothing.",
    };
}
