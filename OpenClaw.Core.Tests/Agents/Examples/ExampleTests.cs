using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using OpenClaw.Core.Tests.Agents.Webhook;
using OpenClaw.Core.Tests.Architecture;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Core.Tests.Peers;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Agents.Examples;

/// <summary>A test that needs a language; it shows as skipped where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LanguageFactAttribute : FactAttribute
{
    public LanguageFactAttribute(string program)
    {
        if (!IsThere(program)) Skip = $"'{program}' is not installed here";
    }

    private static bool IsThere(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)) || File.Exists(Path.Combine(folder, program + ".exe")));
}

/// <summary>The webhook agents of docs/agents/examples do what their page says, and refuse what is not ours.</summary>
[Trait("Category", "Slow")]
public sealed class ExampleTests
{
    [LanguageFact("python3")]
    public Task Python_Example_AnswersStreamsAndRefuses() => TryAsync("python3", "webhook.py");

    [LanguageFact("node")]
    public Task Node_Example_AnswersStreamsAndRefuses() => TryAsync("node", "webhook.mjs");

    [LanguageFact("dotnet")]
    public Task CSharp_Example_AnswersStreamsAndRefuses() => TryAsync("dotnet", "run", "webhook.cs");

    [Theory]
    [InlineData("webhook.cs")]
    [InlineData("webhook.py")]
    [InlineData("webhook.mjs")]
    public void Example_IsShort(string file) => Assert.InRange(File.ReadAllLines(PathOf(file)).Length, 1, 39);

    private static async Task TryAsync(string program, params string[] arguments)
    {
        var port = NodePeer.FreePort();
        var folder = Directory.CreateTempSubdirectory("openclaw-example-").FullName; // by itself, as whoever copies it has it
        File.Copy(PathOf(arguments[^1]), Path.Combine(folder, arguments[^1]));
        using var process = Start(program, arguments, folder, port);
        try
        {
            await AskAsync(new Uri($"http://localhost:{port}/"), process);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            TestFolder.Delete(folder);
        }
    }

    private static async Task AskAsync(Uri url, Process process)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        await ListeningAsync(http, url, process);
        using var webhook = new WebhookFixture(privateHosts: ["127.0.0.1", "::1", "localhost"]);
        webhook.Clock.Jump(TimeProvider.System.GetUtcNow() - webhook.Clock.GetUtcNow());
        var model = WebhookFixture.Model(url);
        var agent = webhook.Kind.Create(model);

        var answer = await agent.AskAsync(AgentSamples.Request(model, "héllo"), webhook.Sink, CancellationToken.None);
        Assert.Equal("You said: héllo", Assert.Single(answer.Replies).Text.ToString());

        var streamed = await agent.AskAsync(AgentSamples.Request(model, "stream one two three"), webhook.Sink, CancellationToken.None);
        Assert.Equal("one two three", Assert.Single(streamed.Replies).Text.ToString().Trim());
        Assert.Equal(3, webhook.Sink.Deltas.Count);

        webhook.Clock.Jump(-TimeSpan.FromMinutes(6)); // signed, and too old
        Assert.Equal(FailureKind.Authentication, (await agent.AskAsync(AgentSamples.Request(model), webhook.Sink, CancellationToken.None)).Failure?.Kind);
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(http, url, "v1," + Convert.ToBase64String(new byte[32])));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(http, url, "v1"));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(http, url, null));
    }

    private static async Task<HttpStatusCode> PostAsync(HttpClient http, Uri url, string? signature)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent("""{"message":{"text":"let me in"}}""", Encoding.UTF8, "application/json") };
        request.Headers.Add("webhook-id", Guid.NewGuid().ToString());
        request.Headers.Add("webhook-timestamp", TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        if (signature is not null) request.Headers.Add("webhook-signature", signature);
        using var response = await http.SendAsync(request);
        return response.StatusCode;
    }

    private static Process Start(string program, string[] arguments, string folder, int port)
    {
        var start = new ProcessStartInfo(program) { WorkingDirectory = folder };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["WEBHOOK_SECRET"] = WebhookFixture.Secret;
        start.Environment["PORT"] = port.ToString(CultureInfo.InvariantCulture);
        return Process.Start(start)!;
    }

    private static async Task ListeningAsync(HttpClient http, Uri url, Process process)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3)); // the C# one is compiled first
        while (true)
        {
            Assert.False(process.HasExited, "the example has ended");
            try
            {
                using var response = await http.PostAsync(url, new StringContent("{}"), limit.Token);
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, limit.Token);
            }
        }
    }

    private static string PathOf(string file) => Path.Combine(Repository.Root, "docs", "agents", "examples", file);
}
