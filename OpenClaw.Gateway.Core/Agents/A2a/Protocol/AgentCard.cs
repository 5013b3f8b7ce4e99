using System.Text.Json;
using OpenClaw.Gateway.Core.Agents.Answers;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Agents.A2a.Protocol;

/// <summary>Where an agent is asked.</summary>
/// <param name="Url">The address.</param>
/// <param name="Binding"><c>JSONRPC</c> or <c>HTTP+JSON</c>.</param>
/// <param name="Tenant">Goes along with every call; null = none.</param>
internal sealed record A2aEndpoint(Uri Url, string Binding, string? Tenant)
{
    public const string JsonRpc = "JSONRPC";
    public const string HttpJson = "HTTP+JSON";

    public bool IsRpc => Binding == JsonRpc;
}

/// <summary>What the gateway needs to know of an agent's card.</summary>
/// <param name="Name">For people.</param>
/// <param name="Endpoint">Where it is asked.</param>
/// <param name="Streams">It sends its answers piece by piece.</param>
internal sealed record AgentCard(string Name, A2aEndpoint Endpoint, bool Streams)
{
    private const int MostInterfaces = 100;

    /// <summary>
    /// Reads a card and chooses among its interfaces: version 1.x, JSON-RPC before HTTP+JSON, and on the card's own host where a token goes along, so that a
    /// card cannot lead the token to somebody else.
    /// </summary>
    public static AgentCard Read(JsonElement json, Uri from, bool hasToken) => A2aJson.Read(json, "The agent's card", node =>
    {
        var interfaces = node.Items("supportedInterfaces", MostInterfaces);
        var all = interfaces.Select(i => (Url: i.Text("url"), Binding: i.Text("protocolBinding")?.ToUpperInvariant(), Version: i.Text("protocolVersion"), Tenant: i.Text("tenant"))).ToList();
        if (all.Count == 0) throw A2aException.Bad(node.Text("url") is null ? "The agent's card names no interface (supportedInterfaces)." : "The agent's card is of A2A 0.3 or older; this gateway speaks A2A 1.0.");
        var known = all.Where(i => i.Binding is A2aEndpoint.JsonRpc or A2aEndpoint.HttpJson && (i.Version is null || i.Version == "1" || i.Version.StartsWith("1.", StringComparison.Ordinal))).ToList();
        if (known.Count == 0) throw A2aException.Bad($"The agent's card names no interface that this gateway speaks (JSONRPC or HTTP+JSON of A2A 1.0), only: {Excerpt.Short(string.Join(", ", all.Select(i => $"{i.Binding} {i.Version}")))}.");
        var reachable = known.Where(i => HttpUrls.TryParse(i.Url, out var url) && url.UserInfo.Length == 0).Select(i => (Url: new Uri(i.Url!), i.Binding, i.Tenant)).ToList();
        if (reachable.Count == 0) throw A2aException.Bad($"The agent's card names no http or https address, but {Excerpt.Short(known[0].Url)}.");
        var trusted = hasToken ? [.. reachable.Where(i => IsSameOrigin(i.Url, from))] : reachable;
        if (trusted.Count == 0)
            throw A2aException.Bad($"The agent's card leads to {reachable[0].Url.GetLeftPart(UriPartial.Authority)}, which is not where the card is. The token is only sent to {from.GetLeftPart(UriPartial.Authority)}: remove it, or use the card's address over there.");
        var chosen = trusted.OrderByDescending(i => i.Binding == A2aEndpoint.JsonRpc).First();
        return new AgentCard(node.Text("name") ?? "", new(chosen.Url, chosen.Binding!, string.IsNullOrEmpty(chosen.Tenant) ? null : chosen.Tenant), node.Child("capabilities")?.Flag("streaming") ?? false);
    });

    private static bool IsSameOrigin(Uri one, Uri other) =>
        one.Scheme == other.Scheme && one.Port == other.Port && string.Equals(one.Host, other.Host, StringComparison.OrdinalIgnoreCase);
}
