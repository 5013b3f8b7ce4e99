using Microsoft.AspNetCore.Mvc;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary>What the OpenAPI document says of a call beside its route.</summary>
internal static class ApiDescriptions
{
    private const string Json = "application/json";
    private const string Problem = "application/problem+json";

    public static RouteHandlerBuilder Gives<T>(this RouteHandlerBuilder call, string summary) =>
        call.WithSummary(summary).Produces<T>(StatusCodes.Status200OK, Json).Fails();

    public static RouteHandlerBuilder Listed<T>(this RouteHandlerBuilder call, string summary) => call.Gives<T>(summary).Narrowed("limit", "after");

    public static RouteHandlerBuilder Makes<T>(this RouteHandlerBuilder call, string summary) =>
        call.WithSummary(summary).Produces<T>(StatusCodes.Status201Created, Json).Fails();

    public static RouteHandlerBuilder Removes(this RouteHandlerBuilder call, string summary) =>
        call.WithSummary(summary).Produces(StatusCodes.Status204NoContent).Fails();

    /// <summary>Not <c>Accepts</c>: that one would hide the call from requests without a content type.</summary>
    public static RouteHandlerBuilder Taking<T>(this RouteHandlerBuilder call) => call.WithMetadata(new TakenBody(typeof(T)));

    /// <summary>Query parameters that the call reads by itself.</summary>
    public static RouteHandlerBuilder Narrowed(this RouteHandlerBuilder call, params string[] names) => call.WithMetadata(new QueryNames(names));

    private static RouteHandlerBuilder Fails(this RouteHandlerBuilder call)
    {
        foreach (var status in (int[])[401, 403, 404, 409, 412, 422]) call.Produces<ProblemDetails>(status, Problem);
        return call.Produces<HttpValidationProblemDetails>(StatusCodes.Status400BadRequest, Problem);
    }
}

/// <summary>Names of query parameters, as metadata.</summary>
internal sealed record QueryNames(IReadOnlyList<string> Names);

/// <summary>The type of the body, as metadata.</summary>
internal sealed record TakenBody(Type Type);
