using System.Text.Json;
using OpenClaw.Gateway.Core.Administration.Programs;

namespace OpenClaw.Portal.Endpoints.OpenAi;

/// <summary>
/// What is taken of a request for a chat completion: model, the last user message, the user, and whether to stream. The rest is the agent's own business and is
/// let be, but for what would change the form of the answer.
/// </summary>
internal sealed record ChatRequest(string Model, string Text, IReadOnlyList<ProgramFile> Files, string? User, bool IsStreamed, bool WithUsage)
{
    private const int LongestUser = 400;
    private const int MostFiles = 20;

    public static ChatRequest Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object) throw OpenAiFault.Invalid("", "The body must be a JSON object.");
        var model = TextOf(body, "model") is { Length: > 0 } name ? name
            : throw OpenAiFault.Invalid("model", "You must provide a model: the name of an agent or pool, or auto for the gateway's routing.", "missing_required_parameter");
        if (body.TryGetProperty("n", out var n) && n.ValueKind != JsonValueKind.Null && !(n.ValueKind == JsonValueKind.Number && n.TryGetInt32(out var count) && count == 1))
            throw OpenAiFault.Invalid("n", "There is one answer to a message: n must be 1 or absent.", "unsupported_value");
        if (body.TryGetProperty("modalities", out var modalities) && modalities.ValueKind == JsonValueKind.Array && modalities.EnumerateArray().Any(m => m.ValueKind != JsonValueKind.String || !m.ValueEquals("text")))
            throw OpenAiFault.Invalid("modalities", "Answers are text: modalities must be [\"text\"] or absent.", "unsupported_value");
        var user = TextOf(body, "user");
        if (user is { Length: > LongestUser }) throw OpenAiFault.Invalid("user", $"Must have at most {LongestUser} characters.");
        var (text, files) = LastMessage(body);
        return new(model, text, files, string.IsNullOrEmpty(user) ? null : user, Flag(body, "stream"), body.TryGetProperty("stream_options", out var options) && options.ValueKind == JsonValueKind.Object && Flag(options, "include_usage"));
    }

    /// <summary>The history is the session's: of the messages only the user's last one is new.</summary>
    private static (string Text, IReadOnlyList<ProgramFile> Files) LastMessage(JsonElement body)
    {
        if (!body.TryGetProperty("messages", out var messages) || messages.ValueKind != JsonValueKind.Array || messages.GetArrayLength() == 0)
            throw OpenAiFault.Invalid("messages", "Must be a list with at least one message of role user.", "missing_required_parameter");
        for (var i = messages.GetArrayLength() - 1; i >= 0; i--)
        {
            var message = messages[i];
            if (message.ValueKind == JsonValueKind.Object && message.TryGetProperty("role", out var role) && role.ValueKind == JsonValueKind.String && role.ValueEquals("user")) return Content(message, $"messages[{i}].content");
        }

        throw OpenAiFault.Invalid("messages", "There is no message of role user: the last one is what the agent is asked.");
    }

    private static (string Text, IReadOnlyList<ProgramFile> Files) Content(JsonElement message, string param)
    {
        if (!message.TryGetProperty("content", out var content)) throw OpenAiFault.Invalid(param, "A content is needed.", "missing_required_parameter");
        if (content.ValueKind == JsonValueKind.String) return (NotEmpty(content.GetString()!, [], param), []);
        if (content.ValueKind != JsonValueKind.Array) throw OpenAiFault.Invalid(param, "Must be a text, or a list of parts.");
        List<string> texts = [];
        List<ProgramFile> files = [];
        var index = 0;
        foreach (var part in content.EnumerateArray()) Take(part, $"{param}[{index++}]", texts, files);
        if (files.Count > MostFiles) throw OpenAiFault.Invalid(param, $"A message may have at most {MostFiles} files.");
        return (NotEmpty(string.Join("\n\n", texts), files, param), files);
    }

    private static void Take(JsonElement part, string param, List<string> texts, List<ProgramFile> files)
    {
        var type = part.ValueKind == JsonValueKind.Object ? TextOf(part, "type") : null;
        switch (type)
        {
            case "text":
                texts.Add(TextOf(part, "text") ?? throw OpenAiFault.Invalid($"{param}.text", "Must be a text."));
                break;
            case "image_url":
                files.Add(DataUrls.Image(part.TryGetProperty("image_url", out var image) ? image : default, $"{param}.image_url"));
                break;
            case "file":
                files.Add(DataUrls.File(part.TryGetProperty("file", out var file) ? file : default, $"{param}.file"));
                break;
            case "input_audio":
                files.Add(DataUrls.Audio(part.TryGetProperty("input_audio", out var audio) ? audio : default, $"{param}.input_audio"));
                break;
            default:
                throw OpenAiFault.Invalid($"{param}.type", "Parts of type text, image_url, file and input_audio are taken.", "unsupported_value");
        }
    }

    private static string NotEmpty(string text, List<ProgramFile> files, string param) =>
        text.Length > 0 || files.Count > 0 ? text : throw OpenAiFault.Invalid(param, "The message is empty: a text or a file is needed.");

    private static string? TextOf(JsonElement body, string name) => !body.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString() : throw OpenAiFault.Invalid(name, "Must be a text.", "invalid_type");

    private static bool Flag(JsonElement body, string name) => body.TryGetProperty(name, out var value) && value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False or JsonValueKind.Null => false,
        _ => throw OpenAiFault.Invalid(name, "Must be true or false.", "invalid_type"),
    };
}
