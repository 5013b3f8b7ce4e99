using System.Globalization;
using System.Text.Json;
using OpenClaw.Gateway.Core.Administration.Programs;

namespace OpenClaw.Portal.Endpoints.A2a;

/// <summary>A message that is sent to an agent, and how its sender wants to be answered.</summary>
internal sealed record IncomingMessage(string Id, string? Context, string? Task, string Text, IReadOnlyList<ProgramFile> Files, int Hops, string? UserName, bool ReturnImmediately, int? HistoryLength)
{
    /// <summary>Where a message's metadata says how many gateways' answers led to it.</summary>
    private const string HopsKey = "openclaw.hops";
    private const string UserKey = "openclaw.user";
    private const int MostParts = 100;
    private const int MostFiles = 20;
    private const int MostHops = 1_000;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IncomingMessage Read(JsonElement parameters, string? hopsHeader)
    {
        var message = parameters.Child("message") ?? throw RpcFault.Invalid("message", "Is needed.");
        var configuration = parameters.Child("configuration") ?? default;
        var isConfigured = configuration.ValueKind == JsonValueKind.Object;
        if (isConfigured && configuration.Child("taskPushNotificationConfig") is not null) throw new RpcFault(RpcFault.NoPush, "Push notifications are not supported: stream, or ask for the task.");
        if (message.Text("role") is { } role && role != "ROLE_USER") throw RpcFault.Invalid("message.role", "Must be ROLE_USER.");
        var (text, files) = Parts(message);
        var metadata = message.Child("metadata") ?? default;
        return new(
            message.Text("messageId", 200) ?? throw RpcFault.Invalid("message.messageId", "Is needed."), message.Text("contextId", 200), message.Text("taskId", 200), text, files,
            Math.Max(HopsIn(metadata), HopsIn(hopsHeader)), metadata.ValueKind == JsonValueKind.Object ? metadata.Text(UserKey) : null,
            isConfigured && configuration.Flag("returnImmediately"), isConfigured ? configuration.Number("historyLength", 0, int.MaxValue) : null);
    }

    private static (string Text, IReadOnlyList<ProgramFile> Files) Parts(JsonElement message)
    {
        if (!message.TryGetProperty("parts", out var parts) || parts.ValueKind != JsonValueKind.Array || parts.GetArrayLength() is 0 or > MostParts) throw RpcFault.Invalid("message.parts", $"Must be a list of 1 to {MostParts} parts.");
        List<string> texts = [];
        List<ProgramFile> files = [];
        foreach (var part in parts.EnumerateArray()) Take(part, texts, files);
        if (files.Count > MostFiles) throw RpcFault.Invalid("message.parts", $"At most {MostFiles} files are taken.");
        var text = string.Join("\n\n", texts);
        return text.Length > 0 || files.Count > 0 ? (text, files) : throw RpcFault.Invalid("message.parts", "The message is empty.");
    }

    private static void Take(JsonElement part, List<string> texts, List<ProgramFile> files)
    {
        if (part.ValueKind != JsonValueKind.Object) throw RpcFault.Invalid("message.parts", "A part is an object.");
        var (name, type) = (part.Text("filename", 200), part.Text("mediaType", 100));
        if (part.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String) texts.Add(text.GetString()!);
        else if (part.TryGetProperty("data", out var data)) texts.Add($"```json\n{JsonSerializer.Serialize(data, Indented)}\n```");
        else if (part.TryGetProperty("raw", out var raw) && raw.ValueKind == JsonValueKind.String) files.Add(new(name, type, Bytes(raw.GetString()!), null));
        else if (part.Text("url", 4_000) is { } url) files.Add(new(name, type, default, Address(url)));
        else throw new RpcFault(RpcFault.BadContent, "Parts with text, data, raw or url are taken.");
    }

    private static byte[] Bytes(string base64)
    {
        // ProtoJSON takes both alphabets
        var text = base64.Replace('-', '+').Replace('_', '/').TrimEnd('=');
        text = text.PadRight((text.Length + 3) / 4 * 4, '=');
        var bytes = new byte[text.Length / 4 * 3];
        return Convert.TryFromBase64String(text, bytes, out var length) && length > 0 ? bytes[..length] : throw RpcFault.Invalid("message.parts", "raw is not in base64, or empty.");
    }

    private static Uri Address(string url) => Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.UserInfo.Length == 0
        ? address : throw RpcFault.Invalid("message.parts", "url must be an absolute http(s) address without user and password.");

    private static int HopsIn(JsonElement metadata) =>
        metadata.ValueKind == JsonValueKind.Object && metadata.TryGetProperty(HopsKey, out var hops) && hops.ValueKind == JsonValueKind.Number && hops.TryGetDouble(out var number) ? (int)Math.Clamp(number, 0, MostHops) : 0;

    private static int HopsIn(string? header) => int.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out var hops) ? Math.Min(hops, MostHops) : 0;
}
