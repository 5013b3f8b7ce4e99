using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OpenClaw.Benchmarks.Baselines;

/// <summary>
/// A model behind an OpenAI-compatible API that thinks for a while and then writes token after token at a steady pace. The model's name says how:
/// <c>20-40-25</c> is the first of 40 tokens after 20 ms, and one every 25 ms.
/// </summary>
internal static class ModelServer
{
    /// <summary>The verb of the benchmark that starts it.</summary>
    public const string Verb = "model-server";

    /// <summary>The API's base path.</summary>
    public const string Path = "/v1";

    private static readonly byte[] Last = "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"u8.ToArray();
    private static readonly byte[] Done = "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":40,\"total_tokens\":49}}\n\ndata: [DONE]\n\n"u8.ToArray();

    /// <summary>What it answers with.</summary>
    public static string TextOf(int tokens) => string.Concat(Enumerable.Range(0, tokens).Select(Token));

    /// <summary>Serves until the process is told to stop.</summary>
    public static async Task RunAsync(string url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        var app = builder.Build();
        app.Map(Path + "/models", () => Results.Json(new { @object = "list", data = Array.Empty<object>() }));
        app.MapPost(Path + "/chat/completions", CompleteAsync);
        await app.RunAsync();
    }

    private static string Token(int index) => string.Create(CultureInfo.InvariantCulture, $"word{index} ");

    private static async Task CompleteAsync(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        var plan = body.RootElement.GetProperty("model").GetString()!.Split('-').Select(p => int.Parse(p, CultureInfo.InvariantCulture)).ToArray();
        context.Response.ContentType = "text/event-stream";
        await context.Response.StartAsync();
        await Task.Delay(plan[0], context.RequestAborted);
        using PeriodicTimer pace = new(TimeSpan.FromMilliseconds(plan[2]));
        for (var i = 0; i < plan[1]; i++)
        {
            if (i > 0) await pace.WaitForNextTickAsync(context.RequestAborted);
            await context.Response.WriteAsync($"data: {{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{Token(i)}\"}},\"finish_reason\":null}}]}}\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }

        await context.Response.Body.WriteAsync(Last);
        await context.Response.Body.WriteAsync(Done);
    }
}
