using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Tenants;

namespace OpenClaw.Portal.Tests.Api;

public sealed class EventsTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Events_WithLastEventId_ResumesAndTellsAReset()
    {
        var host = fixture.Host;
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events");
        request.Headers.Add("Last-Event-ID", "41");
        using var response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal(": connected", await reader.ReadLineAsync());
        await reader.ReadLineAsync();
        host.Bus.Tell(null);
        host.Bus.Tell(new("42", DateTimeOffset.UnixEpoch, EventTypes.MessageReceived, host.Tenant, null, null, JsonElement.Parse("""{"text":"a\nb"}"""), JsonElement.Parse("{}")));
        Assert.Equal(("event: reset", "data: {}", ""), (await reader.ReadLineAsync(), await reader.ReadLineAsync(), await reader.ReadLineAsync()));
        Assert.Equal(("id: 42", "event: message.received"), (await reader.ReadLineAsync(), await reader.ReadLineAsync()));
        var data = JsonElement.Parse((await reader.ReadLineAsync())!["data: ".Length..]);
        Assert.Equal(["id", "timestamp", "type", "tenant", "channel", "sessionId", "payload", "metadata"], data.EnumerateObject().Select(p => p.Name));
        Assert.Equal(("41", host.Tenant), (host.Bus.LastEventId, host.Bus.Tenant));
    }

    [Fact]
    public async Task Events_KeyIsDeleted_EndsTheStream()
    {
        await using var host = await ApiHost.StartAsync();
        var id = (await host.Client.CallAsync("GET", "/api/v1/api-keys?limit=200")).GetProperty("items").EnumerateArray().Select(k => k.GetProperty("id").GetString()).ToHashSet();
        var client = host.With(await host.KeyAsync(host.Tenant, "read"));
        var made = (await host.Client.CallAsync("GET", "/api/v1/api-keys?limit=200")).GetProperty("items").EnumerateArray().Select(k => k.GetProperty("id").GetString()).Single(k => !id.Contains(k));
        using var reader = await OpenAsync(client);
        await host.Client.CallAsync("DELETE", $"/api/v1/api-keys/{made}");
        await reader.ReadToEndAsync().WaitAsync(Patience);
    }

    [Fact]
    public async Task Events_TenantIsSuspended_EndsItsStreamsAlone()
    {
        await using var host = await ApiHost.StartAsync();
        var tenant = (await host.Get<CreateTenant>().RunAsync("shut")).Value;
        using var reader = await OpenAsync(host.With(await host.KeyAsync(tenant, "read")));
        using var other = await OpenAsync(host.Client);
        await host.Client.CallAsync("POST", $"/api/v1/tenants/{tenant}/suspend", """{"reason":"not paid"}""");
        var goesOn = NextAsync(other);
        await reader.ReadToEndAsync().WaitAsync(Patience);
        Assert.False(goesOn.IsCompleted);
        host.Bus.Tell(null);
        Assert.Equal("event: reset", await goesOn.WaitAsync(Patience));
    }

    /// <summary>The next line that says something; null at the end. On a slow machine a heartbeat comes between.</summary>
    private static async Task<string?> NextAsync(StreamReader reader)
    {
        string? line;
        do line = await reader.ReadLineAsync();
        while (line is { Length: 0 } or [':', ..]);
        return line;
    }

    private static async Task<StreamReader> OpenAsync(HttpClient client)
    {
        var response = await client.GetAsync(new Uri("/api/v1/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal((": connected", ""), (await reader.ReadLineAsync(), await reader.ReadLineAsync()));
        return reader;
    }

    [Fact]
    public async Task Events_GatewayStops_EndsTheStream()
    {
        var host = await ApiHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events");
        using var response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal(": connected", await reader.ReadLineAsync());
        var stopping = host.App.StopAsync();
        Assert.Equal("\n", await reader.ReadToEndAsync().WaitAsync(Patience));
        await stopping.WaitAsync(Patience);
        await host.DisposeAsync();
    }
}
