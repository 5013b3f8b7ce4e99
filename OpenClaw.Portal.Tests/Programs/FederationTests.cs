using OpenClaw.Portal.Tests.Api;
using OpenClaw.Portal.Tests.Isolation;

namespace OpenClaw.Portal.Tests.Programs;

/// <summary>Two gateways that use each other's agents.</summary>
[Trait("Category", "Slow")]
public sealed class FederationTests
{
    [Fact]
    public async Task TwoGateways_UseEachOthersAgents_AndNotForEver()
    {
        await using var here = await ProgramHost.StartAsync();
        await using var there = await ProgramHost.StartAsync();
        await there.AddAgentAsync("parrot", "echo", """{"stream":true}""");
        await LinkAsync(here, "parrot there", there, "parrot");
        using var answer = await ProgramHost.ChatAsync(here.Api, "parrot there", "hello over there", headers: ("X-Session", "s"));
        Assert.Equal("hello over there", ProgramHost.ContentOf(await answer.JsonAsync()));
        using var more = await ProgramHost.ChatAsync(here.Api, "parrot there", "and again", headers: ("X-Session", "s"));
        Assert.Equal("and again", ProgramHost.ContentOf(await more.JsonAsync()));
        var session = Assert.Single((await there.Api.CallAsync("GET", "/api/v1/sessions")).GetProperty("items").EnumerateArray());
        Assert.Equal((4, "a2a"), (session.GetProperty("messages").GetInt32(), session.GetProperty("channelKind").GetString())); // one conversation there as here

        await LinkAsync(here, "ping", there, "pong");
        await LinkAsync(there, "pong", here, "ping");
        var fault = await ProgramHost.FaultAsync(502, await ProgramHost.ChatAsync(here.Api, "ping", "round and round"));
        Assert.Contains("loopGuard.hops", fault.GetProperty("message").GetString(), StringComparison.Ordinal);
        var letters = (await here.Api.CallAsync("GET", "/api/v1/dead-letters")).GetProperty("items").EnumerateArray().Concat((await there.Api.CallAsync("GET", "/api/v1/dead-letters")).GetProperty("items").EnumerateArray()).ToList();
        Assert.InRange(letters.Count, 2, 8);
    }

    private static async Task LinkAsync(ProgramHost from, string name, ProgramHost to, string agent) =>
        await from.AddAgentAsync(name, "a2a", $$"""{"cardUrl":"{{new Uri(to.Product.Address, $"/a2a/default/{agent}/.well-known/agent-card.json")}}"}""", $$"""{"token":"{{Product.Key}}"}""");
}
