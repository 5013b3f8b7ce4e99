using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace OpenClaw.Gateway.Core.Channels.WebSocket.Handshake;

/// <summary>A refused handshake: an RFC 9457 problem. <c>Code</c> is stable, for programs; it ends the problem's type too.</summary>
internal sealed record Refusal(int Status, string Code, string Detail)
{
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(5);

    /// <summary>What is wrong per query field, where that is the reason.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>The code by which a user who waits to be let in is found.</summary>
    public string? Pairing { get; init; }

    public static Refusal NotFound { get; } = new(404, "channel_not_found", "There is no such channel, or it is disabled.");

    public static Refusal Stopping { get; } = new(503, "stopping", "The gateway is stopping; connect again in a moment.");

    public static Refusal Overloaded { get; } = new(503, "overloaded", "The gateway cannot take connections now; connect again in a moment.");

    public static Refusal TooMany { get; } = new(429, "too_many_connections", "Your address has too many sockets open (Limits:ConnectionsPerAddress).");

    public static Refusal ResumeInvalid { get; } = new(401, "resume_invalid", "The resume token is wrong, expired, or of another channel, user, conversation or thread; connect without it.");

    public static Refusal UserNotAllowed(string detail) => Forbidden("user_not_allowed", detail);

    public static Refusal BadRequest(string detail) => new(400, "bad_request", detail);

    public static Refusal BadField(string field, string fault) =>
        new(400, "bad_request", $"{field}: {fault}") { Errors = new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [fault] } };

    public static Refusal Unauthorized(string code, string detail) => new(401, code, detail);

    public static Refusal Forbidden(string code, string detail) => new(403, code, detail);

    public Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = Status;
        response.ContentType = "application/problem+json";
        response.Headers.CacheControl = "no-store";
        if (Status is 503 or 429) response.Headers.RetryAfter = ((int)Later.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (Status == 401) response.Headers.WWWAuthenticate = "Bearer";
        var body = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["type"] = $"urn:openclaw:problem:{Code}",
            ["title"] = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(Status),
            ["status"] = Status,
            ["detail"] = Detail,
            ["code"] = Code,
        };
        if (Errors is not null) body["errors"] = Errors;
        if (Pairing is not null) body["pairing"] = Pairing;
        return response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(body), context.RequestAborted).AsTask();
    }
}
