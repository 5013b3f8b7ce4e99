using System.Globalization;
using System.Text;
using ModelContextProtocol.Protocol;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Agents.Tools;

/// <summary>What a model is told of a tool's result: text as it is, other things by name, cut at <see cref="ToolLimits.ResultBytes"/>.</summary>
internal static class ToolText
{
    public static string Of(CallToolResult result)
    {
        var text = new StringBuilder();
        foreach (var block in result.Content ?? []) Add(text, Of(block));
        if (text.Length == 0 && result.StructuredContent is { } structured) text.Append(structured.GetRawText());
        return Cut(text.Length == 0 ? "(the tool gave no text)" : text.ToString());
    }

    private static void Add(StringBuilder text, string block)
    {
        if (block.Length == 0) return;
        if (text.Length > 0) text.Append('\n');
        text.Append(block);
    }

    private static string Of(ContentBlock block) => block switch
    {
        TextContentBlock text => text.Text,
        ImageContentBlock image => $"[image, {image.MimeType}]",
        AudioContentBlock audio => $"[audio, {audio.MimeType}]",
        EmbeddedResourceBlock { Resource: TextResourceContents resource } => $"[{resource.Uri}]\n{resource.Text}",
        EmbeddedResourceBlock { Resource: { } resource } => $"[{resource.Uri}, {resource.MimeType}]",
        ResourceLinkBlock link => $"[{link.Name}: {link.Uri}]",
        _ => $"[{block.Type}]",
    };

    private static string Cut(string text)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        if (bytes <= ToolLimits.ResultBytes) return text;
        return string.Create(CultureInfo.InvariantCulture, $"{Utf8Text.From(text).Truncate(ToolLimits.ResultBytes)}\n[cut: the result has {bytes / 1024} KB, this is the first {ToolLimits.ResultBytes / 1024} KB]");
    }
}
