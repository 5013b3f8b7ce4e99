using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace OpenClaw.Benchmarks.Driver;

/// <summary>The few calls of the management API that loads and tests need (contract: management-api.md).</summary>
internal sealed class GatewayApi : IDisposable
{
    private readonly HttpClient _http;

    public GatewayApi(IPEndPoint address)
        : this(new Uri($"http://{address}"), GatewayProcess.ApiKey)
    {
    }

    private GatewayApi(Uri address, string key)
    {
        _http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>Makes a tenant: calls on its behalf.</summary>
    public async Task<GatewayApi> CreateTenantAsync(string slug)
    {
        using var response = await _http.PostAsJsonAsync(new Uri("/api/v1/tenants", UriKind.Relative), new JsonObject { ["slug"] = slug, ["name"] = slug, ["apiKey"] = true }).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        var created = await response.Content.ReadFromJsonAsync<JsonNode>().ConfigureAwait(false);
        return new(_http.BaseAddress!, created!["apiKey"]!["value"]!.GetValue<string>());
    }

    /// <summary>True when <c>/healthz/ready</c> answers 200.</summary>
    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken) =>
        await ReadinessAsync(cancellationToken).ConfigureAwait(false) == HttpStatusCode.OK;

    /// <summary>What <c>/healthz/ready</c> answers; null while nothing listens.</summary>
    public async Task<HttpStatusCode?> ReadinessAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.GetAsync(new Uri("/healthz/ready", UriKind.Relative), cancellationToken).ConfigureAwait(false);
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Makes an echo agent.</summary>
    public Task<Guid> CreateEchoAgentAsync(string name, int delayMs = 0) =>
        CreateAsync("/api/v1/agents", new JsonObject { ["kind"] = "echo", ["name"] = name, ["settings"] = new JsonObject { ["delayMs"] = delayMs } });

    /// <summary>Makes a webhook agent.</summary>
    public Task<Guid> CreateWebhookAgentAsync(string name, Uri url, int maxConcurrency) =>
        CreateAsync("/api/v1/agents", new JsonObject
        {
            ["kind"] = "webhook",
            ["name"] = name,
            ["maxConcurrency"] = maxConcurrency,
            ["settings"] = new JsonObject { ["url"] = url.ToString() },
        });

    /// <summary>Makes a WebSocket channel without rate limit, with that agent.</summary>
    public Task<Guid> CreateSocketChannelAsync(string name, Guid agent) =>
        CreateAsync("/api/v1/channels", new JsonObject
        {
            ["kind"] = "websocket",
            ["name"] = name,
            ["enabled"] = true,
            ["agent"] = agent,
            ["settings"] = new JsonObject { ["rateLimitPerUserPerMinute"] = 0 },
        });

    /// <summary>Makes an agent or a channel of any kind (<c>agents</c>, <c>channels</c>).</summary>
    public Task<Guid> CreateAsync(string resource, string kind, string name, JsonObject settings, Guid? agent = null)
    {
        var body = new JsonObject { ["kind"] = kind, ["name"] = name, ["settings"] = settings };
        if (agent is { } id) body["agent"] = id;
        return CreateAsync($"/api/v1/{resource}", body);
    }

    /// <summary>Any post of JSON that is answered by JSON; throws what it is refused with.</summary>
    public async Task<JsonNode> PostAsync(string path, JsonObject body)
    {
        using var response = await _http.PostAsJsonAsync(new Uri(path, UriKind.Relative), body).ConfigureAwait(false);
        var text = await response.Content.ReadAsStringAsync().ConfigureAwait(false);
        if (!response.IsSuccessStatusCode) throw new HttpRequestException($"POST {path}: {(int)response.StatusCode} {text}");
        return JsonNode.Parse(text) ?? throw new InvalidDataException($"{path} answered null.");
    }

    /// <summary>Changes something.</summary>
    public async Task PatchAsync(string path, JsonObject patch)
    {
        using var response = await _http.PatchAsJsonAsync(new Uri(path, UriKind.Relative), patch).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode) throw new HttpRequestException($"PATCH {path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync().ConfigureAwait(false)}");
    }

    /// <summary>Any get that answers JSON.</summary>
    public async Task<JsonNode> GetAsync(string path) =>
        await _http.GetFromJsonAsync<JsonNode>(new Uri(path, UriKind.Relative)).ConfigureAwait(false) ?? throw new InvalidDataException($"{path} answered null.");

    public void Dispose() => _http.Dispose();

    private async Task<Guid> CreateAsync(string path, JsonObject body)
    {
        using var response = await _http.PostAsJsonAsync(new Uri(path, UriKind.Relative), body).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.Created)
            throw new HttpRequestException($"POST {path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync().ConfigureAwait(false)}");
        var created = await response.Content.ReadFromJsonAsync<JsonNode>().ConfigureAwait(false);
        return created!["id"]!.GetValue<Guid>();
    }
}
