using System.Text.Json;

namespace OpenClaw.Gateway.Core.Administration.Conversations;

/// <summary>Columns that hold JSON, as elements.</summary>
internal static class SavedJson
{
    private static readonly JsonElement EmptyObject = JsonElement.Parse("{}");
    private static readonly JsonElement EmptyArray = JsonElement.Parse("[]");

    public static JsonElement Object(string? json) => string.IsNullOrEmpty(json) ? EmptyObject : JsonElement.Parse(json);

    public static JsonElement Array(string? json) => string.IsNullOrEmpty(json) ? EmptyArray : JsonElement.Parse(json);

    /// <summary>A routing decision with all its fields; what is saved leaves out what is null, and the agent, which has its own column.</summary>
    public static JsonElement? Route(string? json, Guid? agent)
    {
        if (string.IsNullOrEmpty(json)) return null;
        var saved = JsonElement.Parse(json);
        return JsonSerializer.SerializeToElement(
            new { rule = Field("rule"), version = Field("version"), strategy = Field("strategy"), agent, why = Field("why") });

        JsonElement? Field(string name) => saved.TryGetProperty(name, out var value) ? value : null;
    }
}
