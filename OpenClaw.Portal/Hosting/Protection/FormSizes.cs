using Microsoft.AspNetCore.Http.Features;

namespace OpenClaw.Portal.Hosting.Protection;

/// <summary>Forms of pages have at most 1 MB. The API has its own limit, files come by socket.</summary>
internal static class FormSizes
{
    public const int MaxBytes = 1024 * 1024;

    public static Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        if (HttpMethods.IsGet(http.Request.Method)) return next(http);
        if (http.Request.ContentLength > MaxBytes)
        {
            http.Response.StatusCode = StatusCodes.Status413PayloadTooLarge; // the page is shown in its place
            return Task.CompletedTask;
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = MaxBytes;
        return next(http);
    }
}
