using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OpenClaw.Portal.Tests.Browser;

/// <summary>A webhook agent that says what it was asked, takes down the names of the files that it got, and sends a file where it is asked for an invoice.</summary>
internal sealed class MailAgent : IAsyncDisposable
{
    /// <summary>What is in the invoice.</summary>
    public const string Invoice = "Order 7: 42 pounds";

    private readonly WebApplication _app;

    private MailAgent(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    public ConcurrentQueue<string> Files { get; } = [];

    public static async Task<MailAgent> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var agent = new MailAgent(builder.Build());
        agent._app.MapPost("/", agent.Answer);
        agent._app.MapGet("/invoice.txt", () => Results.Bytes(Encoding.UTF8.GetBytes(Invoice), "text/plain", "invoice.txt"));
        await agent._app.StartAsync();
        return agent;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private IResult Answer(JsonElement request)
    {
        var message = request.GetProperty("message");
        foreach (var file in message.GetProperty("attachments").EnumerateArray()) Files.Enqueue(file.GetProperty("name").GetString()!);
        var text = message.GetProperty("text").GetString()!;
        var files = text.Contains("invoice", StringComparison.OrdinalIgnoreCase) ? new[] { new { url = $"{Url}/invoice.txt", name = "invoice.txt", contentType = "text/plain" } } : [];
        return Results.Json(new { messages = new[] { new { text = $"You wrote: **{text.Trim()}**", attachments = files } } });
    }
}
