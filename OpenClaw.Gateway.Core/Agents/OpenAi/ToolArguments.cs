using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpenClaw.Gateway.Core.Agents.OpenAi;

/// <summary>The arguments of a tool call as a model wrote them.</summary>
internal static class ToolArguments
{
    /// <summary>They are a JSON object.</summary>
    public static bool IsObject(string arguments) => TryRead(arguments, out _, out _);

    /// <summary>Nothing at all counts as an empty object; what is wrong with others is said for the model to mend.</summary>
    public static bool TryRead(string arguments, out Dictionary<string, JsonElement> read, out string fault)
    {
        read = new(StringComparer.Ordinal);
        fault = "";
        if (string.IsNullOrWhiteSpace(arguments)) return true;
        try
        {
            using var document = JsonDocument.Parse(arguments);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                foreach (var argument in document.RootElement.EnumerateObject()) read[argument.Name] = argument.Value.Clone();
                return true;
            }

            fault = "The arguments must be a JSON object.";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            fault = $"The arguments are not valid JSON: {e.Message}";
        }

        return false;
    }

    /// <summary>The same for the same call, however it is written.</summary>
    public static string Mark(string tool, string arguments)
    {
        try
        {
            return $"{tool} {JsonNode.Parse(arguments)?.ToJsonString()}";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return $"{tool} {arguments.Trim()}";
        }
    }
}
