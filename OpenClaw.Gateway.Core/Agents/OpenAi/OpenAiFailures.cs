using System.ClientModel.Primitives;
using System.Globalization;
using System.Text;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Agents.OpenAi;

/// <summary>The one table from what an OpenAI-compatible server did wrong to what the gateway does about it, in words for people.</summary>
internal static class OpenAiFailures
{
    private static readonly string[] TooLong =
    [
        "context_length_exceeded", "maximum context length", "context length", "context window", "context size", "context_window", "exceed_context_size", "too many tokens", "prompt is too long", "prompt too long",
        "input is too long", "reduce the length", "maximum number of tokens", "max_model_len", "request too large", "exceeds the maximum number of", "longer than the model",
    ];

    /// <summary>More was sent than the model can read at once: a shorter history may help.</summary>
    public static bool IsTooLong(ServerError error) => error.Status is 0 or 400 or 413 or 422 or 429 or 500 && (error.Status == 413 || error.Says(TooLong));

    /// <summary>A status that is no answer.</summary>
    public static AgentOutcome Of(ServerError error, PipelineResponseHeaders? headers, DateTimeOffset now)
    {
        var pause = headers is null ? null : PauseHints.Of(headers, error, now);
        var (kind, cause, words) = Row(error, pause);
        return AgentOutcome.Failed(kind, cause, Detail(error, headers, words), kind is FailureKind.Transient or FailureKind.RateLimited ? pause : null);
    }

    private static (FailureKind Kind, string Cause, string Words) Row(ServerError error, TimeSpan? pause) => error switch
    {
        _ when error.Status != 413 && error.Status != 429 && IsTooLong(error) => (FailureKind.Permanent, DeadLetterCauses.AgentError, "The conversation is longer than the model can read at once. Lower historyMessages, shorten the system prompt, or use a model that reads more."),
        { Status: 413 } => (FailureKind.Permanent, DeadLetterCauses.AgentError, "The request is larger than the server takes. Lower historyMessages, or send less."),
        _ when error.Says("insufficient_quota", "billing_hard_limit", "exceeded your current quota", "insufficient_balance", "insufficient credits", "insufficient balance") =>
            (FailureKind.Permanent, DeadLetterCauses.AgentError, "The account at the model's provider has no credit left. Pay there, or raise its limit; then replay."),
        { Status: 402 } => (FailureKind.Permanent, DeadLetterCauses.AgentError, "The model's provider wants to be paid first. See the billing page of the account there; then replay."),
        { Status: 401 } => (FailureKind.Authentication, DeadLetterCauses.AgentError, "The server refused the API key. Enter the key anew (secret apiKey), or see whether it was revoked."),
        { Status: 403 } => (FailureKind.Authentication, DeadLetterCauses.AgentError, "The server does not let this API key do that. See what the key may do at the provider, and whether it may use this model."),
        { Status: 407 } => (FailureKind.Permanent, DeadLetterCauses.AgentError, "A proxy in between wants credentials."),
        { Status: 429 } => (FailureKind.RateLimited, DeadLetterCauses.AgentError, "The server limits how often it may be asked, or how much."),
        { Status: 408 or 409 or 425 } => (pause is null ? FailureKind.Transient : FailureKind.RateLimited, DeadLetterCauses.AgentError, "The server asks to try again."),
        { Status: 404, IsUnderstood: true } => (FailureKind.Permanent, DeadLetterCauses.AgentError, "The server does not have this model, or the key may not see it. See the setting model; with Ollama, pull the model first."),
        { Status: 404 or 405 } => (FailureKind.Permanent, DeadLetterCauses.AgentError, "There is no Chat Completions API at this address. See the setting baseUrl: it usually ends with /v1."),
        _ when error.Says("content_filter", "content_policy", "ResponsibleAIPolicy") => (FailureKind.Permanent, DeadLetterCauses.AgentError, "The provider's content filter refused the request."),
        { Status: >= 300 and < 400 } => (FailureKind.Permanent, DeadLetterCauses.AgentBadAnswer, "The server sends the gateway elsewhere, and redirects are not followed. Set baseUrl to the final address."),
        { Status: 529 or 503 } => (FailureKind.Transient, DeadLetterCauses.AgentError, "The server is overloaded or not ready."),
        { Status: >= 500 and < 600 } => (FailureKind.Transient, DeadLetterCauses.AgentError, "The server failed."),
        { Status: 0 } when error.Says("rate_limit", "rate limit", "too many requests") => (FailureKind.RateLimited, DeadLetterCauses.AgentError, "The server limits how often it may be asked; it said so in the middle of its answer."),
        { Status: 0 } => (FailureKind.Transient, DeadLetterCauses.AgentError, "The server failed in the middle of its answer."),
        { Status: >= 400 and < 500 } => (FailureKind.Permanent, DeadLetterCauses.AgentError, "The server refused the request."),
        _ => (FailureKind.Permanent, DeadLetterCauses.AgentBadAnswer, "The server gave a status that is no answer."),
    };

    private static string Detail(ServerError error, PipelineResponseHeaders? headers, string words)
    {
        var status = error.Status == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"HTTP {error.Status}{Redirect(error.Status, headers)}: ");
        var said = error.Message.Length > 0 ? error.Message : error.Code ?? "";
        if (said.Length > 0 && error.Code is { } code && !said.Contains(code, StringComparison.Ordinal)) said = $"{said} ({code})";
        var line = said.Length == 0 ? status + words : $"{status}{words} It says: {Excerpt.Of(Encoding.UTF8.GetBytes(said)).ReplaceLineEndings(" ")}";
        return error.Body.Length == 0 ? line : $"{line}\n{error.Body}".TrimEnd();
    }

    private static string Redirect(int status, PipelineResponseHeaders? headers) =>
        status is >= 300 and < 400 && headers is not null && headers.TryGetValue("Location", out var to) ? $" to {Excerpt.Short(to)}" : "";
}
