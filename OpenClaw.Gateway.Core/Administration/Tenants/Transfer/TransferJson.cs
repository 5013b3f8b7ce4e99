using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpenClaw.Gateway.Core.Administration.Tenants.Transfer;

/// <summary>The form of an exported configuration: the same for the same configuration, so that two can be compared line by line.</summary>
public static class TransferJson
{
    /// <summary>What the file says it is.</summary>
    public const string Format = "openclaw-tenant";

    /// <summary>The version of the form.</summary>
    public const int Version = 1;

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    /// <summary>As a file has it: indented, ending with a line break.</summary>
    public static string Text(JsonObject export)
    {
        ArgumentNullException.ThrowIfNull(export);
        return export.ToJsonString(Readable) + "\n";
    }

    /// <summary>With the fields of every object in the order of the alphabet.</summary>
    internal static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject json => new JsonObject(json.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => KeyValuePair.Create(f.Key, Sorted(f.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    internal static JsonObject Sorted(string saved) => (JsonObject)Sorted(JsonNode.Parse(saved) as JsonObject ?? [])!;
}
