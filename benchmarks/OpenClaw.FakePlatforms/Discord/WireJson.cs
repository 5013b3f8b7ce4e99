using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpenClaw.FakePlatforms.Discord;

/// <summary>
/// Writes JSON as the platform does, which passes on what people have typed: half of a surrogate pair goes out as its
/// escape, where the usual writer would replace it.
/// </summary>
internal static class WireJson
{
    public static string Write(JsonNode? node)
    {
        StringBuilder json = new();
        Write(node, json);
        return json.ToString();
    }

    private static void Write(JsonNode? node, StringBuilder json)
    {
        switch (node)
        {
            case null:
                json.Append("null");
                break;
            case JsonObject fields:
                json.Append('{');
                foreach (var (name, value) in fields)
                {
                    if (json[^1] != '{') json.Append(',');
                    Write(name, json);
                    json.Append(':');
                    Write(value, json);
                }

                json.Append('}');
                break;
            case JsonArray items:
                json.Append('[');
                foreach (var item in items)
                {
                    if (json[^1] != '[') json.Append(',');
                    Write(item, json);
                }

                json.Append(']');
                break;
            case JsonValue value when value.GetValueKind() is JsonValueKind.String:
                Write(value.GetValue<string>(), json);
                break;
            default:
                json.Append(node.ToJsonString());
                break;
        }
    }

    private static void Write(string text, StringBuilder json)
    {
        json.Append('"');
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])) json.Append(c).Append(text[++i]);
            else if (c is '"' or '\\') json.Append('\\').Append(c);
            else if (c < ' ' || char.IsSurrogate(c)) json.Append("\\u").Append(((int)c).ToString("x4", System.Globalization.CultureInfo.InvariantCulture));
            else json.Append(c);
        }

        json.Append('"');
    }
}
