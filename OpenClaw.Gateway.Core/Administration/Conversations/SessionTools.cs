using System.Globalization;
using System.Text.Json;
using OpenClaw.Gateway.Core.Agents;

namespace OpenClaw.Gateway.Core.Administration.Conversations;

/// <summary>
/// What may be bound to a session as its tools: objects, which go along with the agent's requests. Those with a URL are servers of tools, which the gateway itself
/// calls for some kinds of agents; others are the agent's own matter.
/// </summary>
internal static class SessionTools
{
    private const int Most = 100;
    private const int LongestName = 80;

    /// <summary>Throws <see cref="InvalidInputException"/>, which names the place, when the tools are not of that form.</summary>
    public static void Demand(JsonElement tools)
    {
        if (tools.ValueKind != JsonValueKind.Array) throw new InvalidInputException("tools", "Must be a list.");
        if (tools.GetArrayLength() > Most) throw new InvalidInputException("tools", string.Create(CultureInfo.InvariantCulture, $"Must have at most {Most} items."));
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (i, tool) in tools.EnumerateArray().Index()) Demand(tool, string.Create(CultureInfo.InvariantCulture, $"tools[{i}]"), names);
    }

    private static void Demand(JsonElement tool, string path, HashSet<string> names)
    {
        if (tool.ValueKind != JsonValueKind.Object) throw new InvalidInputException(path, "Must be an object.");
        var reader = new SettingsReader(tool, path);
        if (!reader.Has("url")) return;
        reader.HttpUrl("url");
        reader.Strings("tools", 200, 128);
        if (reader.String("name", LongestName, required: true) is { } name && !names.Add(name)) reader.Refuse("name", "Another server has this name already.");
        if (reader.Faults is [var (field, message), ..]) throw new InvalidInputException(field, message);
    }
}
