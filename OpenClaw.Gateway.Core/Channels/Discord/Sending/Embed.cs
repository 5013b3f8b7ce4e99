using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Text;

namespace OpenClaw.Gateway.Core.Channels.Discord.Sending;

/// <summary>A card as an embed.</summary>
internal static class Embed
{
    private const int MostTitle = 256;
    private const int MostDescription = 4_096;
    private const int MostFields = 25;
    private const int MostName = 256;
    private const int MostValue = 1_024;
    private const string Blank = "\u200b";

    /// <summary>True when nothing of it would have to be cut, and its text would do in its stead.</summary>
    public static bool Fits(MessageCard card) =>
        (card.Title?.Length ?? 0) <= MostTitle && (card.Text?.Length ?? 0) <= MostDescription
        && (card.Fields ?? []) is var fields && fields.Count <= MostFields && fields.All(f => f.Name.Length <= MostName && f.Value.Length <= MostValue)
        && (card.ImageUrl is null || IsWeb(card.ImageUrl))
        && CardText.Of(card) is { Length: > 0 and <= ReplyPlan.MostText };

    /// <summary>As Discord takes it.</summary>
    public static object Of(MessageCard card) => new
    {
        title = Words(card.Title),
        description = Words(card.Text),
        fields = card.Fields is { Count: > 0 } fields ? fields.Select(f => new { name = Words(f.Name) ?? Blank, value = Words(f.Value) ?? Blank, inline = false }).ToArray() : null,
        image = card.ImageUrl is { } url && IsWeb(url) ? new { url } : null,
    };

    private static string? Words(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static bool IsWeb(string url) => url.Length <= 2_000 && Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";
}
