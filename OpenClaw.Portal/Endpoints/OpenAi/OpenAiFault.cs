using System.Globalization;
using Microsoft.Net.Http.Headers;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Portal.Endpoints.Api;

namespace OpenClaw.Portal.Endpoints.OpenAi;

/// <summary>An error as OpenAI's clients expect it: <c>{"error":{"message","type","param","code"}}</c>. Thrown from wherever it is noticed.</summary>
internal sealed class OpenAiFault(int status, string message, string? code = null, string? param = null) : Exception(message)
{
    public int Status { get; } = status;

    public string? Code { get; } = code;

    public string? Param { get; } = param;

    /// <summary>When to try again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    private string Type => Status switch
    {
        StatusCodes.Status401Unauthorized => "authentication_error",
        StatusCodes.Status403Forbidden => "permission_error",
        StatusCodes.Status404NotFound => "not_found_error",
        StatusCodes.Status429TooManyRequests => "rate_limit_error",
        >= 500 => "server_error",
        _ => "invalid_request_error",
    };

    /// <summary>The body.</summary>
    public object Body => new { error = new { message = Message, type = Type, param = Param, code = Code } };

    /// <summary>A field that cannot be taken as it is.</summary>
    public static OpenAiFault Invalid(string param, string message, string code = "invalid_value") => new(StatusCodes.Status400BadRequest, message, code, param);

    /// <summary>Why the message was not taken.</summary>
    public static OpenAiFault Refused(in AcceptOutcome outcome)
    {
        var (status, code) = outcome.Refusal switch
        {
            RefusalCode.RateLimited => (StatusCodes.Status429TooManyRequests, "rate_limited"),
            RefusalCode.TooLarge => (StatusCodes.Status413PayloadTooLarge, "too_large"),
            RefusalCode.NotAllowed => (StatusCodes.Status403Forbidden, "not_allowed"),
            RefusalCode.Invalid => (StatusCodes.Status400BadRequest, "invalid"),
            _ => (StatusCodes.Status503ServiceUnavailable, "overloaded"),
        };
        return new(status, outcome.Reason ?? "The message was not taken.", code)
        {
            RetryAfter = outcome.RetryAfter ?? (status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable ? TimeSpan.FromSeconds(1) : null),
        };
    }

    /// <summary>The answer as a whole.</summary>
    public IResult ToResult() => new Result(this);

    private sealed class Result(OpenAiFault fault) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = fault.Status;
            if (fault.RetryAfter is { } pause) httpContext.Response.Headers[HeaderNames.RetryAfter] = Math.Max(1, (int)Math.Ceiling(pause.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            return httpContext.Response.WriteAsJsonAsync(fault.Body, ApiJson.Options, httpContext.RequestAborted);
        }
    }
}
