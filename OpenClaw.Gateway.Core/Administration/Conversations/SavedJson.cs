using System.Text.Json;

namespace OpenClaw.Gateway.Core.Administration.Conversations;

/// <summary>Columns that hold JSON, as elements.</summary>
internal static class SavedJson
{
    private static readonly JsonElement EmptyObject = JsonElement.Parse("{}");
    private static readonly JsonElement EmptyArray = JsonElement.Parse("[]");

    public static JsonElement Object(string? json) => string.IsNullOrEmpty(json) ? EmptyObject : JsonElement.Parse(json);

    public static JsonElement Array(string? json) => string.IsNullOrEmpty(json) ? EmptyArray : JsonElement.Parse(json);

    public static JsonElement? Optional(string? json) => string.IsNullOrEmpty(json) ? null : JsonElement.Parse(json);
}
