using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Portal.Tests.Api;

public sealed class EventsTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
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
    public async Task Events_GatewayStops_EndsTheStream()
    {
        var host = await ApiHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events");
        using var response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal(": connected", await reader.ReadLineAsync());
        var stopping = host.App.StopAsync();
        Assert.Equal("\n", await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(20)));
        await stopping.WaitAsync(TimeSpan.FromSeconds(20));
        await host.DisposeAsync();
    }
}
