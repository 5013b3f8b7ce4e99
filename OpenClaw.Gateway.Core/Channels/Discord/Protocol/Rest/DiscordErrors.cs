using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Channels.Discord.Protocol.Rest;

/// <summary>The one table from what Discord answers to what it means and what people can do.</summary>
internal static class DiscordErrors
{
    public const int UnknownChannel = 10_003;
    public const int UnknownMessage = 10_008;
    public const int UnknownWebhook = 10_015;
    public const int UnknownInteraction = 10_062;
    public const int TooLarge = 40_005;
    public const int AlreadyAcknowledged = 40_060;
    public const int MissingAccess = 50_001;
    public const int CannotMessageUser = 50_007;
    public const int MissingPermissions = 50_013;
    public const int InvalidWebhookToken = 50_027;
    public const int InvalidForm = 50_035;

    /// <summary>Where people change a bot.</summary>
    public const string Portal = "https://discord.com/developers/applications";

    private const int MostFaults = 8;

    /// <summary>A refusal as an exception.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="body">The beginning of the body, JSON or not.</param>
    /// <param name="doing">What was being done, for people: <c>sending a message</c>.</param>
    public static DiscordException Of(int status, ReadOnlyMemory<byte> body, string doing)
    {
        var json = Lenient.Parse(body);
        var code = (int)json.Number("code");
        var (kind, fix) = Row(status, code);
        var said = json.Words("message") is { } words ? Excerpt.Short(words) : null;
        var faults = string.Concat(Faults(json.Get("errors"), "").Take(MostFaults).Select(fault => "\n" + fault));
        var number = code == 0 ? $"HTTP {status}" : $"HTTP {status}, code {code}";
        return new(kind, $"Discord refused {doing}: {said ?? "it gave no reason"} ({number}){faults}") { Status = status, Code = code, Fix = fix };
    }

    private static (FailureKind Kind, string? Fix) Row(int status, int code) => (status, code) switch
    {
        (401, InvalidWebhookToken) => (FailureKind.Permanent, null),
        (401, _) => (FailureKind.Authentication, $"Reset the bot's token at {Portal} (Bot, Reset Token) and save it here."),
        (_, MissingAccess) => (FailureKind.Permanent, "Give the bot's role the permission View Channel (and Send Messages in Threads for a thread) in that Discord channel."),
        (_, MissingPermissions) => (FailureKind.Permanent, "Give the bot's role the permissions Send Messages, Send Messages in Threads, Read Message History, Embed Links and Attach Files in that Discord channel."),
        (_, CannotMessageUser) => (FailureKind.Permanent, "That person takes no direct messages from the bot: they must share a server with it and allow direct messages there."),
        (_, UnknownChannel) => (FailureKind.Permanent, "The Discord channel is deleted, or the bot was removed from the server."),
        (_, UnknownMessage) => (FailureKind.Permanent, null),
        (_, InvalidForm) => (FailureKind.Permanent, null),
        (408 or 425, _) => (FailureKind.Transient, null),
        (429, _) => (FailureKind.RateLimited, null),
        (403, _) => (FailureKind.Permanent, "Look at the bot's role and its permissions in that server."),
        (>= 400 and < 500, _) => (FailureKind.Permanent, null),
        (>= 500, _) => (FailureKind.Transient, null),
        _ => (FailureKind.Permanent, status is >= 300 and < 400 ? "Redirects are not followed: check the channel's apiBaseUrl." : null),
    };

    /// <summary>The nested faults of a form as lines: <c>content: Must be 2000 or fewer in length.</c></summary>
    private static IEnumerable<string> Faults(JsonElement errors, string path)
    {
        if (errors.ValueKind != JsonValueKind.Object || path.Length > 200) yield break;
        foreach (var member in errors.EnumerateObject())
        {
            if (member.NameEquals("_errors") && member.Value.ValueKind == JsonValueKind.Array)
            {
                foreach (var fault in member.Value.EnumerateArray()) yield return $"{(path.Length == 0 ? "request" : path)}: {Excerpt.Short(fault.Text("message"))}";
                continue;
            }

            foreach (var inner in Faults(member.Value, path.Length == 0 ? member.Name : $"{path}.{member.Name}")) yield return inner;
        }
    }
}
