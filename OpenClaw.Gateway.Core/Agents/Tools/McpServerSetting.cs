using System.Globalization;
using System.Text.Json;

namespace OpenClaw.Gateway.Core.Agents.Tools;

/// <summary>A server of tools (Model Context Protocol, Streamable HTTP).</summary>
/// <param name="Name">What it is called here: letters, digits, <c>-</c> and <c>_</c>.</param>
/// <param name="Url">Its end point.</param>
/// <param name="Tools">Which of its tools may be used; null = all.</param>
internal sealed record McpServerSetting(string Name, Uri Url, IReadOnlyList<string>? Tools)
{
    /// <summary>Before the name of the secret that holds a server's token.</summary>
    public const string SecretPrefix = "mcp.";

    private const int LongestName = 40;
    private const int MostTools = 200;
    private const int MostFaults = 10;

    /// <summary>It belongs to the session: no secret of the agent goes to it.</summary>
    public bool IsOfSession { get; init; }

    /// <summary>The name of the secret that holds its token.</summary>
    public string Secret => SecretPrefix + Name;

    /// <summary>What a server may be called.</summary>
    public static bool IsName(string name) => name.Length is > 0 and <= LongestName && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    /// <summary>Those of an agent's settings. What is wrong is told by the reader.</summary>
    public static IReadOnlyList<McpServerSetting> Read(SettingsReader reader, string name)
    {
        List<McpServerSetting> servers = [];
        foreach (var item in reader.Items(name, ToolLimits.Servers))
        {
            var server = Read(item);
            if (server is not null && servers.Exists(s => s.Name.Equals(server.Name, StringComparison.OrdinalIgnoreCase))) item.Refuse("name", "Another server has this name already.");
            else if (server is not null) servers.Add(server);
            reader.Add(item);
        }

        return servers;
    }

    /// <summary>Those that are bound to a session, and what is wrong with others.</summary>
    public static (IReadOnlyList<McpServerSetting> Servers, IReadOnlyList<string> Faults) OfSession(byte[]? tools)
    {
        if (tools is not { Length: > 2 }) return ([], []);
        try
        {
            using var document = JsonDocument.Parse(tools);
            if (document.RootElement.ValueKind != JsonValueKind.Array) return ([], ["The session's tools are no list."]);
            List<McpServerSetting> servers = [];
            List<string> faults = [];
            foreach (var (i, item) in document.RootElement.EnumerateArray().Index())
            {
                var reader = new SettingsReader(item, string.Create(CultureInfo.InvariantCulture, $"tools[{i}]"));
                if (Read(reader) is { } server) servers.Add(server with { IsOfSession = true });
                faults.AddRange(reader.Faults.Select(f => $"{f.Field}: {f.Message}"));
            }

            if (faults.Count > MostFaults) faults = [.. faults.Take(MostFaults), string.Create(CultureInfo.InvariantCulture, $"{faults.Count - MostFaults} more things are wrong with the session's tools.")];
            if (servers.Count > ToolLimits.Servers) faults.Add(string.Create(CultureInfo.InvariantCulture, $"The session binds {servers.Count} servers of tools; only the first {ToolLimits.Servers} are used."));
            return ([.. servers.Take(ToolLimits.Servers)], faults);
        }
        catch (JsonException)
        {
            return ([], ["The session's tools are no JSON."]);
        }
    }

    private static McpServerSetting? Read(SettingsReader item)
    {
        var name = item.String("name", LongestName, required: true);
        if (name is not null && !IsName(name))
        {
            item.Refuse("name", "Must be letters, digits, “-” and “_” only.");
            name = null;
        }

        var url = item.HttpUrl("url");
        var tools = item.Strings("tools", MostTools, 128);
        foreach (var other in item.Others("name", "url", "tools")) item.Refuse(other, "There is no such setting. A token belongs into the secret mcp.{name}.");
        return name is null || url is null ? null : new(name, url, tools);
    }
}
