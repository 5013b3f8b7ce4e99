using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using OpenClaw.FakePlatforms.Telegram;

namespace OpenClaw.Core.Tests.Platforms;

/// <summary>A bot that knows nothing of the rules: it sends what the test says.</summary>
internal sealed class BotClient(FakeTelegram telegram, string? token = null) : IDisposable
{
    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(60) };

    public Uri UrlOf(string method) => new($"{telegram.BaseUrl}/bot{token ?? telegram.Token}/{method}");

    public async Task<JsonNode> CallAsync(string method, object? body = null, CancellationToken stop = default)
    {
        using var answer = await Http.PostAsJsonAsync(UrlOf(method), body ?? new { }, stop);
        var json = JsonNode.Parse(await answer.Content.ReadAsStringAsync(stop))!;
        Assert.Equal((int?)json["error_code"] ?? 200, (int)answer.StatusCode);
        return json;
    }

    public async Task<JsonNode> ResultAsync(string method, object? body = null)
    {
        var answer = await CallAsync(method, body);
        Assert.True((bool)answer["ok"]!, answer.ToJsonString());
        return answer["result"]!;
    }

    public async Task<string> FaultAsync(string method, object? body = null)
    {
        var answer = await CallAsync(method, body);
        Assert.False((bool)answer["ok"]!, answer.ToJsonString());
        return (string)answer["description"]!;
    }

    /// <summary>Fields as parts; those that are bytes as files.</summary>
    public async Task<JsonNode> MultipartAsync(string method, params (string Name, object Value)[] fields)
    {
        using MultipartFormDataContent form = [];
        foreach (var (name, value) in fields)
        {
            if (value is byte[] bytes) form.Add(new ByteArrayContent(bytes), name, name + ".bin");
            else form.Add(new StringContent(value.ToString()!, Encoding.UTF8), name);
        }

        using var answer = await Http.PostAsync(UrlOf(method), form);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }

    public async Task<List<JsonNode>> UpdatesAsync(long offset = 0, int timeout = 0) =>
        [.. (await ResultAsync("getUpdates", new { offset, timeout })).AsArray().Select(u => u!)];

    public void Dispose() => Http.Dispose();
}
