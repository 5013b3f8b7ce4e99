namespace OpenClaw.FakePlatforms.Serving;

/// <summary>How the pages for developers are answered.</summary>
internal static class ControlAnswers
{
    public static Task SendAsync(HttpContext context, string contentType, byte[] content, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = content.Length;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return context.Response.Body.WriteAsync(content, context.RequestAborted).AsTask();
    }

    /// <summary>One event after every change; who listens reads anew what it shows.</summary>
    public static async Task StreamChangesAsync(HttpContext context, Changes changes)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        while (true)
        {
            var next = changes.Next;
            await context.Response.WriteAsync("data: changed\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await next.WaitAsync(context.RequestAborted);
        }
    }

    /// <summary>A page that is part of the program.</summary>
    public static byte[] ReadPage(string name)
    {
        using var stream = typeof(ControlAnswers).Assembly.GetManifestResourceStream(name)!;
        var page = new byte[stream.Length];
        stream.ReadExactly(page);
        return page;
    }
}
