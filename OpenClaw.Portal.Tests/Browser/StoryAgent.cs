using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OpenClaw.Portal.Tests.Browser;

/// <summary>A webhook agent that streams its answer word by word, stays at its middle and before its end until the test goes on, offers two buttons, and says which one was pressed.</summary>
internal sealed class StoryAgent : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SemaphoreSlim _seen = new(0);

    private StoryAgent(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    /// <summary>Between two words.</summary>
    public static TimeSpan Pause { get; } = TimeSpan.FromMilliseconds(120);

    public static async Task<StoryAgent> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var agent = new StoryAgent(builder.Build());
        agent._app.MapPost("/", agent.AnswerAsync);
        await agent._app.StartAsync();
        return agent;
    }

    /// <summary>What was said so far was seen: on to the middle of the answer's words, then to its end.</summary>
    public void GoOn() => _seen.Release();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _seen.Dispose();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var message = (await JsonDocument.ParseAsync(http.Request.Body)).RootElement.GetProperty("message");
        var button = message.GetProperty("button").GetString();
        var text = button is null ? $"You asked **{message.GetProperty("text").GetString()}**. Here is an answer that grows while the agent makes it, so that nobody looks at nothing. Shall I go on?" : $"You pressed {button}.";
        http.Response.ContentType = "text/event-stream";
        foreach (var half in text.Split(' ').Chunk(button is null ? 14 : 99))
        {
            foreach (var word in half)
            {
                await SendAsync(http, "delta", new { text = word + " " });
                if (button is null) await Task.Delay(Pause, TimeProvider.System, http.RequestAborted);
            }

            if (button is null) await _seen.WaitAsync(http.RequestAborted);
        }

        await SendAsync(http, "message", new { text, buttons = button is null ? new[] { new { text = "Yes", value = "yes" }, new { text = "No", value = "no" } } : [] });
        await SendAsync(http, "done", new { });
    }

    private static async Task SendAsync(HttpContext http, string name, object content)
    {
        await http.Response.WriteAsync($"event: {name}\ndata: {JsonSerializer.Serialize(content)}\n\n", Encoding.UTF8);
        await http.Response.Body.FlushAsync();
    }
}
