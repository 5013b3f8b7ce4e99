using System.Net;
using System.Text;

namespace OpenClaw.FakePlatforms.Faults;

/// <summary>Writes what a broken platform sends.</summary>
internal static class Spoiled
{
    /// <summary>The error page of nginx, which has none of the platform's fields.</summary>
    public static Task HtmlPageAsync(HttpContext context, int status)
    {
        var title = $"{status} {Reason(status)}";
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html";
        return context.Response.WriteAsync(
            $"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n<hr><center>nginx/1.18.0</center>\r\n</body>\r\n</html>\r\n");
    }

    /// <summary>Ends when the caller hangs up or the server stops.</summary>
    public static async Task HangAsync(HttpContext context)
    {
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = context.RequestAborted.Register(aborted.SetResult);
        await aborted.Task;
    }

    /// <summary>The length of the whole, half of it, and a broken connection.</summary>
    public static async Task HalfAsync(HttpContext context, int status, string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes.AsMemory(0, bytes.Length / 2));
        await context.Response.Body.FlushAsync();
        context.Abort();
    }

    public static Task InvalidJsonAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync("""{"ok":true,"result":{"message_id":""");
    }

    private static string Reason(int status) => status switch
    {
        502 => "Bad Gateway",
        503 => "Service Temporarily Unavailable",
        504 => "Gateway Time-out",
        _ => ((HttpStatusCode)status).ToString(),
    };
}
