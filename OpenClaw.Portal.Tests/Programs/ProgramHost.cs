using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Portal.Tests.Api;
using OpenClaw.Portal.Tests.Isolation;

namespace OpenClaw.Portal.Tests.Programs;

/// <summary>The whole product with an agent that does what the test says, for programs that ask it.</summary>
internal sealed class ProgramHost : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _others = [];

    private ProgramHost(Product product) => (Product, Api) = (product, product.Client(Product.Key));

    public Product Product { get; }

    /// <summary>With all scopes.</summary>
    public HttpClient Api { get; }

    /// <summary>The address of <c>/v1</c>.</summary>
    public string V1 => new Uri(Product.Address, "/v1").ToString();

    public static async Task<ProgramHost> StartAsync() => new(await Product.StartAsync());

    /// <summary>A webhook agent that the test plays.</summary>
    public async Task<string> AddAgentAsync(string name, RequestDelegate answer, string settings = "")
    {
        var server = await HttpServer.StartAsync(answer);
        _others.Add(server);
        return await AddAgentAsync(name, "webhook", $$"""{"url":"{{server.Url}}"{{settings}}}""");
    }

    public async Task<string> AddAgentAsync(string name, string kind, string settings = "{}", string secrets = "{}") =>
        (await Api.CallAsync("POST", "/api/v1/agents", $$"""{"kind":"{{kind}}","name":"{{name}}","settings":{{settings}},"secrets":{{secrets}}}""")).GetProperty("id").GetString()!;

    public async Task<string> KeyAsync(params string[] scopes) =>
        (await Api.CallAsync("POST", "/api/v1/api-keys", JsonSerializer.Serialize(new { name = Guid.NewGuid().ToString("N"), scopes }))).GetProperty("value").GetString()!;

    /// <summary>Asks for a completion; the body has the model and one user message, unless it is given.</summary>
    public static Task<HttpResponseMessage> ChatAsync(HttpClient client, string model, string text, string more = "", params (string Name, string Value)[] headers) =>
        client.SendAsync("POST", "/v1/chat/completions", $$"""{"model":"{{model}}","messages":[{"role":"system","content":"Be kind."},{"role":"user","content":{{JsonSerializer.Serialize(text)}}}]{{more}}}""", headers);

    public static string ContentOf(JsonElement completion) => completion.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;

    /// <summary>An error in OpenAI's form.</summary>
    public static async Task<JsonElement> FaultAsync(int status, HttpResponseMessage response)
    {
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(status == (int)response.StatusCode, $"{(int)response.StatusCode} {text}");
            var error = JsonElement.Parse(text).GetProperty("error");
            Assert.Equal(["message", "type", "param", "code"], error.EnumerateObject().Select(p => p.Name));
            return error;
        }
    }

    public static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await holds()) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await Product.DisposeAsync();
        foreach (var other in _others) await other.DisposeAsync();
    }
}
