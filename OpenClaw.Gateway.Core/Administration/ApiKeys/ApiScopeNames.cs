namespace OpenClaw.Gateway.Core.Administration.ApiKeys;

/// <summary>What an API key may be allowed.</summary>
public static class ApiScopeNames
{
    /// <summary>See everything of the tenant but secrets.</summary>
    public const string Read = "read";

    /// <summary>Change channels, agents, settings, keys.</summary>
    public const string Configure = "configure";

    /// <summary>Write into conversations, as an agent or operator.</summary>
    public const string Converse = "converse";

    /// <summary>Work with running sessions, dead letters, jobs.</summary>
    public const string Operate = "operate";

    /// <summary>The installation: tenants, nodes.</summary>
    public const string Own = "own";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Read, Configure, Converse, Operate, Own];
}
