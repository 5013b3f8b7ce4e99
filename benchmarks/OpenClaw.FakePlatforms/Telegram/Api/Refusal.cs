using System.Text.Json.Nodes;

namespace OpenClaw.FakePlatforms.Telegram.Api;

/// <summary>A call that is answered with an error, in Telegram's words.</summary>
internal sealed class Refusal(int code, string description, JsonObject? parameters = null, bool isViolation = false) : Exception(description)
{
    public int Code => code;

    /// <summary>retry_after or migrate_to_chat_id.</summary>
    public JsonObject? Parameters => parameters;

    /// <summary>The caller could have known from the published rules; false: it depends on the platform's state.</summary>
    public bool IsViolation => isViolation;

    public static Refusal NotFound => new(404, "Not Found");

    public static Refusal Unauthorized => new(401, "Unauthorized");

    public static Refusal Bad(string why) => new(400, $"Bad Request: {why}");

    /// <summary>A published rule is broken.</summary>
    public static Refusal Broken(string why) => new(400, $"Bad Request: {why}", isViolation: true);

    public static Refusal Forbidden(string why) => new(403, $"Forbidden: {why}");

    public static Refusal Conflict(string why) => new(409, $"Conflict: {why}");

    public static Refusal TooMany(int seconds) =>
        new(429, $"Too Many Requests: retry after {seconds}", new() { ["retry_after"] = seconds });

    public static Refusal Migrated(long to) =>
        new(400, "Bad Request: group chat was upgraded to a supergroup chat", new() { ["migrate_to_chat_id"] = to });

    /// <summary>What the Bot API says for a status when a test gives no words.</summary>
    public static string UsualWords(int status) => status switch
    {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden: bot was blocked by the user",
        404 => "Not Found",
        409 => "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
        413 => "Request Entity Too Large",
        429 => "Too Many Requests",
        502 => "Bad Gateway",
        _ => "Internal Server Error",
    };
}
