using System.Globalization;
using System.Text.Json;
using Microsoft.Net.Http.Headers;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Portal.Endpoints.Api;

namespace OpenClaw.Portal.Endpoints.A2a;

/// <summary>An error of JSON-RPC 2.0, with A2A's codes. Thrown from wherever it is noticed.</summary>
internal sealed class RpcFault(int code, string message, int status = StatusCodes.Status200OK) : Exception(message)
{
    public const int ParseError = -32700;
    public const int InvalidRequest = -32600;
    public const int NoSuchMethod = -32601;
    public const int InvalidParams = -32602;
    public const int Internal = -32603;
    public const int NoSuchTask = -32001;
    public const int NotCancelable = -32002;
    public const int NoPush = -32003;
    public const int Unsupported = -32004;
    public const int BadContent = -32005;
    public const int BadVersion = -32009;

    /// <summary>When to try again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static RpcFault Invalid(string field, string message) => new(InvalidParams, $"{field}: {message}");

    public static RpcFault NotFound(string id) => new(NoSuchTask, $"There is no task {id} of this agent.");

    /// <summary>Why a message was not taken; what may go away is told by the status of HTTP too.</summary>
    public static RpcFault Refused(in AcceptOutcome outcome)
    {
        var (code, status) = outcome.Refusal switch
        {
            RefusalCode.RateLimited => (Internal, StatusCodes.Status429TooManyRequests),
            RefusalCode.NotAllowed => (InvalidRequest, StatusCodes.Status403Forbidden),
            RefusalCode.TooLarge or RefusalCode.Invalid => (InvalidParams, StatusCodes.Status200OK),
            _ => (Internal, StatusCodes.Status503ServiceUnavailable),
        };
        return new(code, outcome.Reason ?? "The message was not taken.", status) { RetryAfter = outcome.RetryAfter ?? (code == Internal ? TimeSpan.FromSeconds(1) : null) };
    }

    /// <summary>The body of the response to that request.</summary>
    public object Body(JsonElement? id) => new { jsonrpc = "2.0", id = id is { ValueKind: not JsonValueKind.Undefined } known ? (object)known : null, error = new { code, message = Message } };

    public IResult ToResult(JsonElement? id) => new Result(Body(id), status, RetryAfter);

    private sealed class Result(object body, int status, TimeSpan? retryAfter) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = status;
            if (retryAfter is { } pause) httpContext.Response.Headers[HeaderNames.RetryAfter] = Math.Max(1, (int)Math.Ceiling(pause.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            return httpContext.Response.WriteAsJsonAsync(body, ApiJson.Options, httpContext.RequestAborted);
        }
    }
}
