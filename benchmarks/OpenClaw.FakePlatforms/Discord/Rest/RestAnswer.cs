using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Discord.Rules;

namespace OpenClaw.FakePlatforms.Discord.Rest;

/// <summary>What the API answers.</summary>
/// <param name="Status">204: without a body.</param>
/// <param name="Body">JSON.</param>
internal sealed record RestAnswer(int Status, JsonNode? Body)
{
    /// <summary>The rule of the platform that the request broke; null: none, also when the platform says no.</summary>
    public string? Broken { get; init; }

    /// <summary>The error's number; 0: not an error, or one without.</summary>
    public int Code { get; init; }

    public static RestAnswer NoContent { get; } = new(204, Body: null);

    public static RestAnswer Ok(JsonNode body) => new(200, body);

    public static RestAnswer Error(int status, int code, string message) =>
        new(status, new JsonObject { ["message"] = message, ["code"] = code }) { Code = code };

    public static RestAnswer Invalid(FormErrors errors) =>
        new(400, new JsonObject { ["message"] = "Invalid Form Body", ["code"] = 50035, ["errors"] = errors.ToJson() }) { Code = 50035, Broken = errors.ToString() };

    public static RestAnswer Invalid(string path, string code, string message)
    {
        FormErrors errors = new();
        errors.Add(path, code, message);
        return Invalid(errors);
    }
}

/// <summary>The platform's usual refusals.</summary>
internal static class Refusals
{
    public static RestAnswer NotFound { get; } = RestAnswer.Error(404, 0, "404: Not Found");

    public static RestAnswer Unauthorized { get; } = RestAnswer.Error(401, 0, "401: Unauthorized");

    public static RestAnswer UnknownChannel { get; } = RestAnswer.Error(404, 10003, "Unknown Channel");

    public static RestAnswer UnknownGuild { get; } = RestAnswer.Error(404, 10004, "Unknown Guild");

    public static RestAnswer UnknownMember { get; } = RestAnswer.Error(404, 10007, "Unknown Member");

    public static RestAnswer UnknownMessage { get; } = RestAnswer.Error(404, 10008, "Unknown Message");

    public static RestAnswer UnknownUser { get; } = RestAnswer.Error(404, 10013, "Unknown User");

    public static RestAnswer UnknownWebhook { get; } = RestAnswer.Error(404, 10015, "Unknown Webhook");

    public static RestAnswer UnknownInteraction { get; } = RestAnswer.Error(404, 10062, "Unknown interaction");

    public static RestAnswer AlreadyAcknowledged { get; } = RestAnswer.Error(400, 40060, "Interaction has already been acknowledged.");

    public static RestAnswer TooLarge { get; } = RestAnswer.Error(413, 40005, "Request entity too large") with { Broken = "a file over the limit" };

    public static RestAnswer MissingAccess { get; } = RestAnswer.Error(403, 50001, "Missing Access");

    public static RestAnswer NotYours { get; } = RestAnswer.Error(403, 50005, "Cannot edit a message authored by another user");

    public static RestAnswer EmptyMessage { get; } = RestAnswer.Error(400, 50006, "Cannot send an empty message") with { Broken = "an empty message" };

    public static RestAnswer CannotSendToUser { get; } = RestAnswer.Error(403, 50007, "Cannot send messages to this user");

    public static RestAnswer NotInThisChannel { get; } = RestAnswer.Error(400, 50008, "Cannot send messages in a non-text channel");

    public static RestAnswer MissingPermissions { get; } = RestAnswer.Error(403, 50013, "Missing Permissions");

    public static RestAnswer InvalidWebhookToken { get; } = RestAnswer.Error(401, 50027, "Invalid Webhook Token");

    public static RestAnswer ThreadArchived { get; } = RestAnswer.Error(400, 50083, "Thread is archived");

    public static RestAnswer InvalidJson { get; } = RestAnswer.Error(400, 50109, "The request body contains invalid JSON.") with { Broken = "a body that is no JSON" };
}
