using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Programs;
using OpenClaw.Gateway.Core.Channels.Programs;
using OpenClaw.Portal.Endpoints.Api;

namespace OpenClaw.Portal.Endpoints.OpenAi;

/// <summary><c>POST /v1/chat/completions</c>: takes the last user message into its session and waits for what answers it, whole or streamed.</summary>
internal static class ChatCompletions
{
    /// <summary>Names the session, in the request and in the answer.</summary>
    public const string SessionHeader = "X-Session";

    /// <summary>Names the message in the answer, for the management API.</summary>
    public const string MessageHeader = "X-Message-Id";

    /// <summary>How many gateways' answers led to the message.</summary>
    public const string HopsHeader = "X-OpenClaw-Hops";

    /// <summary>Bodies carry files in base64.</summary>
    private const int MaxBytes = 48 * 1024 * 1024;
    private const int LongestSession = 200;
    private const int LongestKey = 400;
    private const int MostHops = 1_000;

    public static async Task<IResult> RunAsync(HttpContext http, ProgramCalls calls, TimeProvider time)
    {
        var request = ChatRequest.Read(await ApiBody.JsonAsync(http, MaxBytes));
        using var talk = await SendAsync(http, calls, request);
        using var limit = new CancellationTokenSource(calls.AnswerTime(http.Tenant(), ProgramKinds.OpenAi), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, http.RequestAborted);
        var answer = new ChatAnswer(talk.Accepted.MessageId, request.Model, time.GetUtcNow());
        http.Response.Headers[MessageHeader] = talk.Accepted.MessageId.ToString();
        try
        {
            if (request.IsStreamed)
            {
                await new ChatStream(http, answer, request.WithUsage, time).RunAsync(talk, end => TextOf(http, calls, end), either.Token);
                return Results.Empty;
            }

            var end = await talk.EndAsync(either.Token);
            var text = TextOf(http, calls, end);
            await http.Response.WriteAsJsonAsync(answer.Whole(text, end), ApiJson.Options, http.RequestAborted);
            talk.Delivered();
            return Results.Empty;
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            throw Kept(http, StatusCodes.Status504GatewayTimeout, $"No answer came in time (answerWithinSeconds of the channel). The message is {talk.Accepted.MessageId}: it goes on, and its answer will stand in the session.", "answer_timeout");
        }
    }

    private static async Task<ProgramTalk> SendAsync(HttpContext http, ProgramCalls calls, ChatRequest request)
    {
        var caller = http.Caller();
        var isRouted = request.Model == OpenAiApi.Routed;
        var choice = isRouted ? null : calls.ChoiceOf(caller, request.Model) ?? throw OpenAiApi.NoModel(request.Model);
        var session = SessionOf(http) ?? request.User ?? Guid.NewGuid().ToString();
        var key = KeyOf(http, caller);
        var result = await calls.SendAsync(caller, ProgramKinds.OpenAi, new()
        {
            Conversation = session,
            UserId = request.User ?? $"key:{caller.Id}",
            UserName = request.User is null ? caller.Name : null,
            ExternalId = key ?? Guid.NewGuid().ToString(),
            IsKeyed = key is not null,
            Text = request.Text,
            Hops = HopsOf(http),
            Choice = choice,
        }, request.Files, http.RequestAborted);
        if (result.Value is not { } talk) throw new OpenAiFault(StatusCodes.Status403Forbidden, result.Reason ?? "The channel of programs cannot be made.", "no_channel");
        if (!talk.Accepted.Accepted)
        {
            talk.Dispose();
            throw OpenAiFault.Refused(talk.Accepted);
        }

        if (talk.IsOther)
        {
            talk.Dispose();
            throw new OpenAiFault(StatusCodes.Status422UnprocessableEntity, "This Idempotency-Key was used for another message. Use a new key for a new message, and the same one only to repeat it.", "idempotency_key_reused", "Idempotency-Key");
        }

        session = talk.Conversation ?? session;
        if (session.All(c => c is >= ' ' and < '\u007f')) http.Response.Headers[SessionHeader] = session;
        return talk;
    }

    /// <summary>The answer's text; a dead letter is a fault.</summary>
    private static string TextOf(HttpContext http, ProgramCalls calls, ProgramEnd end) => end.State != MessageState.Dead
        ? calls.TextOf(http.Tenant(), end.Replies)
        : throw Kept(http, StatusCodes.Status502BadGateway, end.Detail ?? "The agent gave no answer.", end.Cause ?? "agent_error");

    /// <summary>The message is the gateway's now: OpenAI's clients must not send it again by themselves.</summary>
    private static OpenAiFault Kept(HttpContext http, int status, string message, string code)
    {
        if (!http.Response.HasStarted) http.Response.Headers["x-should-retry"] = "false";
        return new(status, message, code);
    }

    private static string? SessionOf(HttpContext http)
    {
        var name = http.Request.Headers[SessionHeader].ToString().Trim();
        return name.Length <= LongestSession ? name.Length == 0 ? null : name : throw OpenAiFault.Invalid(SessionHeader, $"Must have at most {LongestSession} characters.");
    }

    /// <summary>Each key has its own ids: another program's must not lead to its answers.</summary>
    private static string? KeyOf(HttpContext http, Caller caller)
    {
        var key = http.Request.Headers["Idempotency-Key"].ToString().Trim();
        if (key.Length > LongestKey) throw OpenAiFault.Invalid("Idempotency-Key", $"Must have at most {LongestKey} characters.");
        return key.Length == 0 ? null : Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{caller.Id} {key}")));
    }

    private static int HopsOf(HttpContext http) =>
        int.TryParse(http.Request.Headers[HopsHeader].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var hops) ? Math.Min(hops, MostHops) : 0;
}
