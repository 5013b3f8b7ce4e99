using System.Text.Json;

namespace OpenClaw.Gateway.Core.Agents.Socket;

/// <summary>What a process says about itself, and may say again. Null: not said, so as it was.</summary>
internal sealed record ReadyFrame(int? Capacity, IReadOnlyList<string>? Intents, bool? Typing)
{
    /// <summary>No process has more requests at once, whatever it says.</summary>
    public const int MostCapacity = 1_000;

    private const int MostIntents = 200;
    private const int LongestIntent = 80;

    /// <summary>Reads a frame that is JSON. Null with the fault.</summary>
    public static ReadyFrame? Read(ReadOnlyMemory<byte> bytes, out string? fault)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            fault = null;
            var ready = new ReadyFrame(Number(document.RootElement, ref fault), Texts(document.RootElement, ref fault), Flag(document.RootElement, ref fault));
            return fault is null ? ready : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            fault = "The frame is not JSON of well-formed text.";
            return null;
        }
    }

    private static int? Number(JsonElement frame, ref string? fault)
    {
        if (!frame.TryGetProperty("capacity", out var value) || value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 0) return Math.Min(number, MostCapacity);
        fault = "capacity must be a whole number from 0.";
        return null;
    }

    private static bool? Flag(JsonElement frame, ref string? fault)
    {
        if (!frame.TryGetProperty("typing", out var value) || value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        fault = "typing must be true or false.";
        return null;
    }

    private static List<string>? Texts(JsonElement frame, ref string? fault)
    {
        if (!frame.TryGetProperty("intents", out var value) || value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= MostIntents
            && value.EnumerateArray().All(i => i.ValueKind == JsonValueKind.String && i.GetString() is { Length: > 0 and <= LongestIntent }))
            return [.. value.EnumerateArray().Select(i => i.GetString()!).Distinct(StringComparer.Ordinal)];
        fault = $"intents must be a list of at most {MostIntents} texts of 1 to {LongestIntent} characters.";
        return null;
    }
}
