using System.Text.Json;
using System.Text.Json.Nodes;
using OpenAI.Chat;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Agents.OpenAi;

/// <summary>The tool by which a model gives the conversation to another agent.</summary>
internal static class HandOver
{
    /// <summary>Its name.</summary>
    public const string Tool = "hand_over_conversation";

    private const int LongestReason = 500;

    public static ChatTool Create(IReadOnlyList<string> agents)
    {
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                ["agent"] = new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. agents.Select(a => (JsonNode)a)]), ["description"] = "Who takes over." },
                ["reason"] = new JsonObject { ["type"] = "string", ["description"] = "Why, in one sentence; the other agent's team reads it." },
            },
            ["required"] = new JsonArray("agent"),
        };
        return ChatTool.CreateFunctionTool(Tool, "Hands the conversation over to another agent, which answers the user's last message in your place. Use it when another agent is the right one.", BinaryData.FromString(schema.ToJsonString()));
    }

    /// <summary>The handoff that is among the wishes; null when there is none, or not to one of these.</summary>
    public static Handoff? Read(IReadOnlyList<ToolWish> wishes, IReadOnlyList<string> agents)
    {
        foreach (var wish in wishes.Where(w => w.Name == Tool))
        {
            if (!ToolArguments.TryRead(wish.Arguments, out var arguments, out _)) continue;
            var name = Text(arguments, "agent");
            var reason = Text(arguments, "reason");
            if (agents.FirstOrDefault(a => a.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } agent) return new(agent, reason is { Length: > LongestReason } ? reason[..LongestReason] : reason);
        }

        return null;
    }

    private static string? Text(Dictionary<string, JsonElement> arguments, string name)
    {
        try
        {
            return arguments.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null; // not well-formed
        }
    }
}
