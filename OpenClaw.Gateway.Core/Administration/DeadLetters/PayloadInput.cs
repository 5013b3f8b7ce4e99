using System.Text;
using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Sessions;

namespace OpenClaw.Gateway.Core.Administration.DeadLetters;

/// <summary>A payload that a person has changed before a replay, checked.</summary>
internal static class PayloadInput
{
    private const int MaxButton = 2_000;
    private static readonly string[] Fields = ["text", "attachments", "button"];

    /// <summary>What is to be saved; null when it is what the message says anyway, or something is wrong.</summary>
    /// <param name="own">What the message says.</param>
    /// <param name="input">What was sent: <c>{text?,attachments?,button?}</c>. What is absent is left out.</param>
    /// <param name="maxBytes">The longest text.</param>
    /// <param name="errors">Takes what is wrong.</param>
    public static string? Read(string own, JsonElement input, int maxBytes, FieldErrors errors)
    {
        if (input.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null) return null;
        if (input.ValueKind != JsonValueKind.Object)
        {
            errors.Add("payload", "Must be an object with text, attachments or button.");
            return null;
        }

        var original = ReplayPayload.Parse(own);
        foreach (var field in input.EnumerateObject().Select(p => p.Name).Except(Fields)) errors.Add($"payload.{field}", $"There is no such field. There are: {string.Join(", ", Fields)}.");
        var changed = new ReplayPayload(Text(input, maxBytes, errors), Attachments(input, original.Attachments ?? [], errors), Button(input, errors));
        if (errors.Any) return null;
        if (string.IsNullOrEmpty(changed.Text) && changed.Attachments is null && changed.Button is null)
        {
            errors.Add("payload", "A message has a text, an attachment or a button.");
            return null;
        }

        return changed.ToJson() == (original with { Attachments = original.Attachments is { Count: > 0 } some ? some : null }).ToJson() ? null : changed.ToJson();
    }

    private static string? Text(JsonElement input, int maxBytes, FieldErrors errors)
    {
        if (!Has(input, "text", out var value)) return null;
        if (value.ValueKind != JsonValueKind.String)
        {
            errors.Add("payload.text", "Must be a text.");
            return null;
        }

        var text = value.GetString()!;
        if (Encoding.UTF8.GetByteCount(text) > maxBytes) errors.Add("payload.text", $"Must have at most {maxBytes} bytes of UTF-8.");
        return text;
    }

    private static string? Button(JsonElement input, FieldErrors errors)
    {
        if (!Has(input, "button", out var value)) return null;
        if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 and <= MaxButton } button) return button;
        errors.Add("payload.button", $"Must be the value of a button, 1 to {MaxButton} characters.");
        return null;
    }

    /// <summary>Attachments can be left out and put in another order; new ones cannot be added, and what is said of one beside its blob does not count.</summary>
    private static List<AttachmentRef>? Attachments(JsonElement input, IReadOnlyList<AttachmentRef> own, FieldErrors errors)
    {
        if (!Has(input, "attachments", out var value)) return null;
        if (value.ValueKind != JsonValueKind.Array)
        {
            errors.Add("payload.attachments", "Must be a list of the message's own attachments.");
            return null;
        }

        var chosen = new List<AttachmentRef>();
        foreach (var (index, item) in value.EnumerateArray().Index())
        {
            if (item.ValueKind == JsonValueKind.Object && item.TryGetProperty("blob", out var id) && id.ValueKind == JsonValueKind.String && id.TryGetGuid(out var blob)
                && own.FirstOrDefault(a => a.Blob == blob) is { } known && !chosen.Contains(known)) chosen.Add(known);
            else errors.Add($"payload.attachments[{index}]", "Is none of the message's own attachments, or is there twice. Attachments can be left out, not added.");
        }

        return chosen.Count > 0 ? chosen : null;
    }

    private static bool Has(JsonElement input, string name, out JsonElement value) => input.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
}
