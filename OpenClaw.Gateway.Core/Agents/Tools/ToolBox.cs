using System.Globalization;
using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace OpenClaw.Gateway.Core.Agents.Tools;

/// <summary>A tool under the name by which a model calls it.</summary>
internal sealed record OfferedTool(string Name, string Description, string Schema, string Server, string ToolName, McpConnection Connection);

/// <summary>What a tool gave.</summary>
internal sealed record ToolResult(string Text, bool IsError);

/// <summary>
/// The tools that a model may use for one message: those of the agent's servers and of the session's. A tool has its own name, and <c>server__tool</c> where
/// several servers have one of that name.
/// </summary>
internal sealed class ToolBox
{
    private const int LongestName = 64;
    private const int LongestDescription = 4_000;
    private readonly Dictionary<string, OfferedTool> _tools;

    private ToolBox(IEnumerable<OfferedTool> tools) => _tools = tools.ToDictionary(t => t.Name, StringComparer.Ordinal);

    /// <summary>Nothing.</summary>
    public static ToolBox Empty { get; } = new([]);

    public IReadOnlyCollection<OfferedTool> Offered => _tools.Values;

    public OfferedTool? Find(string name) => _tools.GetValueOrDefault(name);

    /// <summary>Asks all servers for their tools at once. One that cannot be used is left out, and <paramref name="note"/> says so.</summary>
    /// <param name="servers">Each with its name and connection, in order.</param>
    /// <param name="reserved">Names that no tool may have.</param>
    /// <param name="note">Takes what people should know: a server's name and what is the matter.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async ValueTask<ToolBox> OpenAsync(IReadOnlyList<(string Name, McpConnection Connection)> servers, IReadOnlyCollection<string> reserved, Action<string, string> note, CancellationToken cancellationToken)
    {
        if (servers.Count == 0) return Empty;
        var lists = await Task.WhenAll(servers.Select(s => TryListAsync(s.Connection, cancellationToken))).ConfigureAwait(false);
        List<(string Server, McpConnection Connection, Tool Tool)> all = [];
        for (var i = 0; i < servers.Count; i++)
        {
            var (tools, fault) = lists[i];
            if (fault is not null) note(servers[i].Name, $"Its tools are not there: {fault}");
            all.AddRange(tools.Select(t => (servers[i].Name, servers[i].Connection, t)));
        }

        if (all.Count > ToolLimits.Tools) note("tools", string.Create(CultureInfo.InvariantCulture, $"There are {all.Count} tools; the model is offered the first {ToolLimits.Tools}."));
        return new(Named(all.Take(ToolLimits.Tools), reserved));
    }

    /// <summary>Calls a tool; whatever goes wrong becomes a result that says so.</summary>
    public static async ValueTask<ToolResult> CallAsync(OfferedTool tool, IDictionary<string, JsonElement> arguments, CancellationToken cancellationToken)
    {
        try
        {
            var result = await tool.Connection.CallAsync(tool.ToolName, arguments, cancellationToken).ConfigureAwait(false);
            return new(ToolText.Of(result), result.IsError ?? false);
        }
        catch (ToolServerException e)
        {
            return new(e.Message, IsError: true);
        }
    }

    private static async Task<(IReadOnlyList<Tool> Tools, string? Fault)> TryListAsync(McpConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            return (await connection.ToolsAsync(cancellationToken).ConfigureAwait(false), null);
        }
        catch (ToolServerException e)
        {
            return ([], e.Message);
        }
    }

    private static IEnumerable<OfferedTool> Named(IEnumerable<(string Server, McpConnection Connection, Tool Tool)> tools, IReadOnlyCollection<string> reserved)
    {
        var list = tools.Where(t => !string.IsNullOrEmpty(t.Tool.Name)).ToList();
        var ambiguous = list.GroupBy(t => Clean(t.Tool.Name), StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => g.Key).Concat(reserved).ToHashSet(StringComparer.Ordinal);
        var taken = new HashSet<string>(reserved, StringComparer.Ordinal);
        foreach (var (server, connection, tool) in list)
        {
            var schema = tool.InputSchema.ValueKind == JsonValueKind.Object ? tool.InputSchema.GetRawText() : "{\"type\":\"object\"}";
            if (schema.Length > ToolLimits.SchemaBytes) continue;
            var name = Clean(tool.Name);
            if (ambiguous.Contains(name)) name = Clean($"{server}__{tool.Name}");
            for (var i = 2; !taken.Add(name); i++) name = string.Create(CultureInfo.InvariantCulture, $"{name[..Math.Min(name.Length, LongestName - 4)]}_{i}");
            var description = tool.Description ?? tool.Title ?? "";
            yield return new(name, description.Length > LongestDescription ? description[..LongestDescription] : description, schema, server, tool.Name, connection);
        }
    }

    /// <summary>What OpenAI takes as a name.</summary>
    private static string Clean(string name)
    {
        var clean = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '_'));
        return clean.Length <= LongestName ? clean : clean[..LongestName];
    }
}
