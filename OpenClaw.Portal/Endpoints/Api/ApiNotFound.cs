using Microsoft.AspNetCore.Routing.Template;

namespace OpenClaw.Portal.Endpoints.Api;

/// <summary>What answers under the API's base where no call matches: 405 where another method would, else 404, both as problems.</summary>
internal static class ApiNotFound
{
    public static IResult Answer(HttpContext http, IEnumerable<RouteEndpoint> calls)
    {
        var methods = calls.Where(c => IsAt(c, http.Request.Path)).SelectMany(c => c.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []).Distinct().Order().ToArray();
        if (methods.Length == 0 || methods.Contains(http.Request.Method)) return ApiProblems.Of(StatusCodes.Status404NotFound, $"There is no {http.Request.Path}. /openapi/v1.json lists what there is.");
        http.Response.Headers.Allow = string.Join(", ", methods);
        return ApiProblems.Of(StatusCodes.Status405MethodNotAllowed, $"{http.Request.Path} takes {string.Join(", ", methods)}, not {http.Request.Method}.");
    }

    private static bool IsAt(RouteEndpoint call, PathString path)
    {
        var values = new RouteValueDictionary();
        return new TemplateMatcher(TemplateParser.Parse(call.RoutePattern.RawText!), []).TryMatch(path, values)
            && (!values.TryGetValue("id", out var id) || Guid.TryParse(id as string, out _));
    }
}
