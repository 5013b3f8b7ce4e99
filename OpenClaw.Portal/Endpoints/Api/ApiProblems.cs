using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using OpenClaw.Gateway.Core.Administration;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary>Answers of calls that failed: RFC 9457, <c>application/problem+json</c>.</summary>
internal static class ApiProblems
{
    public static IResult Of(int status, string detail) =>
        Results.Problem(new ProblemDetails { Status = status, Title = ReasonPhrases.GetReasonPhrase(status), Detail = detail });

    /// <summary>400 with messages per field.</summary>
    public static IResult Invalid(IReadOnlyDictionary<string, string[]> errors) =>
        Results.Problem(new HttpValidationProblemDetails(errors.ToDictionary())
        {
            Status = StatusCodes.Status400BadRequest, Title = "The input is not valid.",
            Detail = string.Join(" ", errors.Select(e => e.Key.Length > 0 ? $"{e.Key}: {string.Join(" ", e.Value)}" : string.Join(" ", e.Value))),
        });

    public static IResult Invalid(string field, string message) => Invalid(new Dictionary<string, string[]> { [field] = [message] });

    public static IResult NotFound(string what) => Of(StatusCodes.Status404NotFound, $"There is no such {what}.");

    public static IResult Stale() => Of(StatusCodes.Status412PreconditionFailed, "Somebody else has changed it since; get it again.");

    /// <summary>The problem that an unsuccessful change is.</summary>
    public static IResult From<T>(AdminResult<T> result, string what) => result.Status switch
    {
        AdminStatus.NotFound => NotFound(what),
        AdminStatus.Invalid => Invalid(result.Errors),
        AdminStatus.InUse => Of(StatusCodes.Status409Conflict, result.Reason ?? "It is in use."),
        AdminStatus.Stale => Stale(),
        _ => throw new ArgumentException("A change that succeeded is no problem.", nameof(result)),
    };
}

/// <summary>Ends a call with a problem from wherever it is noticed.</summary>
internal sealed class ApiProblemException(int status, string detail) : Exception(detail)
{
    public int Status { get; } = status;
}
