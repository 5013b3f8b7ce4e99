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

    /// <summary>
    /// The body, and the fields that it must have beside those that its schema demands in every call. Not <c>Accepts</c>: that one
    /// would hide the call from requests without a content type.
    /// </summary>
    public static RouteHandlerBuilder Taking<T>(this RouteHandlerBuilder call, params string[] required) => call.WithMetadata(new TakenBody(typeof(T), required));

    /// <summary>Query parameters that the call reads by itself.</summary>
    public static RouteHandlerBuilder Narrowed(this RouteHandlerBuilder call, params string[] names) => call.WithMetadata(new QueryNames(names));

    /// <summary>A failure that the kind of call does not imply.</summary>
    public static RouteHandlerBuilder MayFail(this RouteHandlerBuilder call, params int[] statuses) => call.WithMetadata(new OtherFailures(statuses));

    /// <summary>What a call of its kind can answer; settled when the rest of the call's description stands.</summary>
    public static RouteHandlerBuilder Fails(this RouteHandlerBuilder call)
    {
        call.Finally(static builder =>
        {
            var route = (RouteEndpointBuilder)builder;
            var method = builder.Metadata.OfType<HttpMethodMetadata>().Single().HttpMethods.Single();
            foreach (var status in FailuresOf(method, route.RoutePattern.Parameters.Count > 0, builder.Metadata).Distinct().Order())
                builder.Metadata.Add(new ProducesResponseTypeMetadata(status, status == 400 ? typeof(HttpValidationProblemDetails) : typeof(ProblemDetails), [Problem]));
        });
        return call;
    }

    private static IEnumerable<int> FailuresOf(string method, bool ofOne, IList<object> metadata)
    {
        int[] always = [401, 403, 429];
        int[] missing = ofOne ? [404] : [];
        int[] body = metadata.OfType<TakenBody>().Any() ? [400, 413, 415] : [];
        int[] kind = method switch
        {
            "GET" when metadata.OfType<QueryNames>().Any() => [400],
            "POST" => [400, 409, 413, 422], // Idempotency-Key
            "PATCH" or "DELETE" => [412], // If-Match
            _ => [],
        };
        return [.. always, .. missing, .. body, .. kind, .. metadata.OfType<OtherFailures>().SelectMany(o => o.Statuses)];
    }
}

/// <summary>Names of query parameters, as metadata.</summary>
internal sealed record QueryNames(IReadOnlyList<string> Names);

/// <summary>The type of the body and the fields that this call needs of it, as metadata.</summary>
internal sealed record TakenBody(Type Type, IReadOnlyList<string> Required);

/// <summary>Further statuses of failures, as metadata.</summary>
internal sealed record OtherFailures(IReadOnlyList<int> Statuses);
