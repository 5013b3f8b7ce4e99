using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OpenClaw.FakePlatforms.Telegram.World;

/// <summary>The entities that Telegram finds in what a person types.</summary>
internal static partial class TextEntities
{
    public static JsonArray In(string text) =>
        [.. Pattern().Matches(text).Select(m => new JsonObject { ["type"] = TypeOf(m.Value), ["offset"] = m.Index, ["length"] = m.Length })];

    private static string TypeOf(string word) => word[0] switch
    {
        '/' => "bot_command",
        '#' => "hashtag",
        '@' => "mention",
        _ => word.Contains("://", StringComparison.Ordinal) ? "url" : "email",
    };

    [GeneratedRegex(@"https?://[^\s]+|[\w.+-]+@[\w-]+\.[\w.-]+|(?<![\w/])/[A-Za-z0-9_]{1,64}(@\w{3,32})?(?!\w)|(?<!\w)[@#]\w{3,64}", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Pattern();
}
