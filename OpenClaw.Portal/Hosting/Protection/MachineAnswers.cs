using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.WebUtilities;
using OpenClaw.Portal.Endpoints.Api;

namespace OpenClaw.Portal.Hosting.Protection;

/// <summary>Machines get problems (RFC 9457) and never a page: also for what routing refuses and for faults that nobody caught.</summary>
internal static class MachineAnswers
{
    private static readonly PathString[] Paths = ["/api", "/v1", "/a2a", "/openapi", "/channels", "/agents", "/files", "/chat", "/healthz", "/metrics"];

    public static bool IsMachine(HttpContext http) => Paths.Any(p => http.Request.Path.StartsWithSegments(p, StringComparison.OrdinalIgnoreCase));

    public static void UseProblems(IApplicationBuilder app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = FailedAsync });
        app.UseStatusCodePages(context => ApiProblems.Of(context.HttpContext.Response.StatusCode, Detail(context.HttpContext)).ExecuteAsync(context.HttpContext));
    }

    private static Task FailedAsync(HttpContext http)
    {
        var fault = http.Features.Get<IExceptionHandlerFeature>()?.Error;
        if (DatabaseFaults.IsUnavailable(fault))
        {
            DatabaseFaults.AskToWait(http.Response);
            return ApiProblems.Of(StatusCodes.Status503ServiceUnavailable, DatabaseFaults.Sentence).ExecuteAsync(http);
        }

        var status = fault is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError;
        var detail = status < 500 ? "The request cannot be read." : $"The gateway failed. Its log has more under {http.TraceIdentifier}.";
        return ApiProblems.Of(status, detail).ExecuteAsync(http);
    }

    private static string Detail(HttpContext http) => http.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => $"There is no {http.Request.Path}.",
        StatusCodes.Status405MethodNotAllowed => $"{http.Request.Path} does not take {http.Request.Method}. It takes: {http.Response.Headers.Allow}.",
        StatusCodes.Status415UnsupportedMediaType => "The body has a type that is not taken here.",
        StatusCodes.Status429TooManyRequests => "Too many requests. Wait as long as Retry-After says.",
        var status => ReasonPhrases.GetReasonPhrase(status),
    };
}
