using System.Text;
using System.Text.Json;
using OpenClaw.Gateway.Core.Agents.A2a.Protocol;
using OpenClaw.Gateway.Core.Agents.Answers;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Agents.A2a.Answers;

/// <summary>A file that came as bytes.</summary>
internal sealed record RawFile(byte[] Bytes, string Name, string ContentType);

/// <summary>One message of an answer that is being collected: an artifact, or a message of the agent.</summary>
internal sealed class AnswerSlot
{
    private const string Between = "\n\n";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Its place among the replies, from the first content on.</summary>
    public int? Index { get; set; }

    public StringBuilder Text { get; } = new();

    public List<Uri> Links { get; } = [];

    public List<RawFile> Files { get; } = [];

    public bool IsEmpty => Text.Length == 0 && Links.Count == 0 && Files.Count == 0;

    /// <summary>Adds parts and returns the new text. Texts of an artifact go on from each other, as it comes in pieces; those of a message are paragraphs.</summary>
    public string Append(IReadOnlyList<AnswerNode> parts, bool isMessage)
    {
        var from = Text.Length;
        var isFirst = true;
        foreach (var part in parts)
        {
            if (part.Text("text") is { } text) AppendText(text, apart: isMessage && !isFirst);
            else if (part.Value("data") is { } data) AppendText($"```json\n{JsonSerializer.Serialize(data, Indented)}\n```", apart: true);
            else TakeFile(part);
            isFirst = false;
        }

        return Text.ToString(from, Text.Length - from);
    }

    /// <summary>Begins anew: what came before does not count.</summary>
    public void Clear()
    {
        Text.Clear();
        Links.Clear();
        Files.Clear();
    }

    private void AppendText(string text, bool apart)
    {
        if (text.Length == 0) return;
        if (apart && Text.Length > 0) Text.Append(Between);
        Text.Append(text);
    }

    private void TakeFile(AnswerNode part)
    {
        if (Links.Count + Files.Count == AnswerLimits.Attachments) throw AnswerException.TooLarge($"the answer has more than {AnswerLimits.Attachments} files");
        if (part.Text("raw") is { } raw)
        {
            Files.Add(new(BytesOf(raw), part.Text("filename") is { Length: > 0 } name ? name : "file", part.Text("mediaType") ?? "application/octet-stream"));
        }
        else if (part.Text("url") is { } url)
        {
            if (HttpUrls.TryParse(url, out var address)) Links.Add(address);
            else AppendText(Excerpt.Short(url), apart: true);
        }
    }

    /// <summary>ProtoJSON takes both alphabets of base64.</summary>
    private static byte[] BytesOf(string base64)
    {
        var text = base64.Replace('-', '+').Replace('_', '/').TrimEnd('=');
        text = text.PadRight((text.Length + 3) / 4 * 4, '=');
        var bytes = new byte[text.Length / 4 * 3];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : throw AnswerException.Bad("a part's raw bytes are not in base64");
    }
}
