using System.Text.Json;
using System.Text.Json.Nodes;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Agents.A2a;

/// <summary>
/// What a session remembers of its conversation with one A2A agent, under <c>a2a.{agent's id}</c> in its context: the other side's name of the conversation, and the
/// task that waits for the user's next message.
/// </summary>
/// <param name="ContextId">The conversation's name over there; null = none is sent, the agent gives one.</param>
/// <param name="TaskId">The task that the next message goes on with.</param>
/// <param name="IsKnown">The agent has used that name.</param>
internal sealed record A2aMemory(string? ContextId, string? TaskId, bool IsKnown)
{
    private const string Key = "a2a";

    /// <summary>What is remembered; of a new conversation, the session's own id is its name.</summary>
    public static A2aMemory Of(AgentRequest request)
    {
        if (request.Context is { Length: > 2 } context && Parsed(context)?[Key]?[request.Agent.Id.ToString()] is JsonObject kept && Text(kept["contextId"]) is { } known) return new(known, Text(kept["taskId"]), IsKnown: true);
        return new(request.SessionId.ToString(), null, IsKnown: false);
    }

    /// <summary>The patch of the session's context that remembers this; null where nothing has changed.</summary>
    public static JsonElement? Patch(AgentRequest request, A2aMemory before, string? contextId, string? taskId)
    {
        if (contextId is null || (before.IsKnown && before.ContextId == contextId && before.TaskId == taskId)) return null;
        return JsonSerializer.SerializeToElement(new JsonObject { [Key] = new JsonObject { [request.Agent.Id.ToString()] = new JsonObject { ["contextId"] = contextId, ["taskId"] = taskId } } });
    }

    private static JsonNode? Parsed(byte[] context)
    {
        try
        {
            return JsonNode.Parse(context);
        }
        catch (JsonException)
        {
            return null; // what somebody else has written there is theirs
        }
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) && text.Length is > 0 and <= 500 ? text : null;
}
