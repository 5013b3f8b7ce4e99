using System.Net.WebSockets;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Storage.Stores;
using Microsoft.Extensions.DependencyInjection;

namespace OpenClaw.Core.Tests.Channels.WebSocket;

/// <summary>Who is let in, and what everybody else is told.</summary>
public sealed class HandshakeTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("chat")]
    [InlineData("openclaw.v2, OPENCLAW.V1")]
    public async Task Connect_WithoutTheProtocol_400(string? protocols)
    {
        await using var host = await SocketHost.StartAsync();

        var (status, problem, response) = await host.RefusedAsync(protocols: protocols);

        Assert.Equal(400, status);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(400, problem.GetProperty("status").GetInt32());
        Assert.Equal("bad_request", problem.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Get_WithoutUpgrade_400()
    {
        await using var host = await SocketHost.StartAsync();
        using var http = new HttpClient();

        using var response = await http.GetAsync(new Uri(host.Address, $"/channels/{host.Channel.Id}/socket"));

        Assert.Equal(400, (int)response.StatusCode);
    }

    [Fact]
    public async Task Connect_ManyProtocolsOffered_OnlyOursSelected()
    {
        await using var host = await SocketHost.StartAsync();

        var (status, _, response) = await host.RefusedAsync(protocols: "chat, openclaw.v1, other");

        Assert.Equal(101, status);
        Assert.Equal("openclaw.v1", Assert.Single(response.Headers.GetValues("Sec-WebSocket-Protocol")));
    }

    [Theory]
    [InlineData("?conversation=", "conversation")]
    [InlineData("?conversation=a&conversation=b", "conversation")]
    [InlineData("?conversation=a%0Ab", "conversation")]
    [InlineData("?thread=", "thread")]
    [InlineData("?after=-1", "after")]
    [InlineData("?after=x", "after")]
    [InlineData("?after=1.5", "after")]
    [InlineData("?after=99999999999999999999", "after")]
    [InlineData("?own=yes", "own")]
    public async Task Connect_WrongQuery_400NamesTheField(string query, string field)
    {
        await using var host = await SocketHost.StartAsync();

        var (status, problem, _) = await host.RefusedAsync(query);

        Assert.Equal(400, status);
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _));
    }

    [Fact]
    public async Task Connect_LongConversation_400()
    {
        await using var host = await SocketHost.StartAsync();

        Assert.Equal(101, (await host.RefusedAsync("?conversation=" + new string('x', 200))).Status);
        Assert.Equal(400, (await host.RefusedAsync("?conversation=" + new string('x', 201))).Status);
    }

    [Fact]
    public async Task Connect_UnknownDisabledForeignOrSuspended_SameProblem404()
    {
        await using var host = await SocketHost.StartAsync();
        var bodies = new HashSet<string>(StringComparer.Ordinal)
        {
            (await NotFound(Guid.NewGuid().ToString())),
            (await NotFound("no-guid")),
        };
        foreach (var change in new Func<ChannelModel, ChannelModel>[] { c => c with { Enabled = false }, c => c with { Kind = "telegram" }, c => c with { Tenant = c.Tenant with { Suspended = true } } })
        {
            host.Catalog.Put(change(host.Channel));
            bodies.Add(await NotFound(null));
        }

        Assert.Single(bodies);

        async Task<string> NotFound(string? channel)
        {
            var (status, problem, _) = await host.RefusedAsync(channel: channel);
            Assert.Equal(404, status);
            return problem.GetRawText();
        }
    }

    [Theory]
    [InlineData("https://shop.example.com", true)]
    [InlineData("https://SHOP.example.com:443", true)]
    [InlineData("http://shop.example.com", false)]
    [InlineData("https://shop.example.com:8443", false)]
    [InlineData("https://shop.example.com.evil.org", false)]
    [InlineData("https://evil.org/https://shop.example.com", false)]
    [InlineData("http://localhost:8080", true)]
    [InlineData("http://localhost:80801", false)]
    [InlineData("null", false)]
    [InlineData(null, false)]
    public async Task Connect_AnonymousWithOriginList_OnlyListedOrigins(string? origin, bool allowed)
    {
        await using var host = await SocketHost.StartAsync(new { allowedOrigins = new[] { "https://shop.example.com", "http://localhost:8080" } });

        var (status, problem, _) = await host.RefusedAsync(origin: origin);

        Assert.Equal(allowed ? 101 : 403, status);
        if (!allowed) Assert.Equal("origin_not_allowed", problem.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Connect_OriginListWithStarOrEmpty_AllAllowed()
    {
        await using var star = await SocketHost.StartAsync(new { allowedOrigins = new[] { "*" } });
        await using var empty = await SocketHost.StartAsync(new { allowedOrigins = Array.Empty<string>() });

        Assert.Equal(101, (await star.RefusedAsync(origin: "https://any.example")).Status);
        Assert.Equal(101, (await empty.RefusedAsync(origin: "https://any.example")).Status);
        Assert.Equal(101, (await empty.RefusedAsync()).Status);
    }

    [Fact]
    public async Task Connect_SignedFromUnlistedOrigin_LetIn()
    {
        await using var host = await SocketHost.StartAsync(new { allowedOrigins = new[] { "https://shop.example.com" } });
        await using var client = await host.ConnectAsync(bearer: Tokens.For("ada"), origin: "https://other.example");

        Assert.Equal("ada", client.User);
    }

    [Fact]
    public async Task Connect_AnonymousWhereOff_401()
    {
        await using var host = await SocketHost.StartAsync(new { anonymous = false });

        var (status, problem, response) = await host.RefusedAsync();

        Assert.Equal((401, "token_missing"), (status, problem.GetProperty("code").GetString()));
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task Connect_SignedByHeader_LetIn()
    {
        await using var host = await SocketHost.StartAsync();

        Assert.Equal(101, (await host.RefusedAsync(authorization: "Bearer " + Tokens.For("ada"))).Status);
        Assert.Equal(401, (await host.RefusedAsync(authorization: "Bearer " + Tokens.For("ada") + "x")).Status);
    }

    [Fact]
    public async Task Connect_WrongToken_401AlsoWhereAnonymousMay()
    {
        await using var host = await SocketHost.StartAsync();

        var (status, problem, _) = await host.RefusedAsync(protocols: "openclaw.v1, bearer." + Tokens.Sign(new { sub = "ada", exp = 9_999_999_999 }, "another secret"));

        Assert.Equal((401, "token_invalid"), (status, problem.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Connect_PreviousSecretWhileItHolds_LetIn()
    {
        await using var host = await SocketHost.StartAsync();
        var secrets = new Dictionary<string, string>(StringComparer.Ordinal) { ["signingSecret"] = "the new one", ["signingSecret.previous"] = Tokens.Secret };
        host.Catalog.Put(host.Channel with { Secrets = System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary(secrets, StringComparer.Ordinal) });

        Assert.Equal(101, (await host.RefusedAsync(authorization: "Bearer " + Tokens.For("ada"))).Status);
    }

    [Theory]
    [InlineData(nameof(SessionScope.User), "main", null, 101)]
    [InlineData(nameof(SessionScope.User), "main", "main", 101)]
    [InlineData(nameof(SessionScope.User), "main", "other", 403)]
    [InlineData(nameof(SessionScope.Conversation), "team", "team", 101)]
    [InlineData(nameof(SessionScope.Conversation), "team", "other", 403)]
    [InlineData(nameof(SessionScope.Conversation), "team", null, 403)]
    [InlineData(nameof(SessionScope.Thread), "team", "team", 101)]
    [InlineData(nameof(SessionScope.Thread), "team", null, 403)]
    public async Task Connect_Signed_ConversationsListRules(string scope, string conversation, string? listed, int expected)
    {
        await using var host = await SocketHost.StartAsync(scope: Enum.Parse<SessionScope>(scope));
        var token = listed is null ? Tokens.For("ada") : Tokens.For("ada", listed);

        var (status, problem, _) = await host.RefusedAsync($"?conversation={conversation}", $"openclaw.v1, bearer.{token}");

        Assert.Equal(expected, status);
        if (expected == 403) Assert.Equal("conversation_not_allowed", problem.GetProperty("code").GetString());
    }

    [Theory]
    [InlineData(nameof(SessionScope.Conversation))]
    [InlineData(nameof(SessionScope.Thread))]
    public async Task Connect_AnonymousToSharedSessions_401(string scope)
    {
        await using var host = await SocketHost.StartAsync(scope: Enum.Parse<SessionScope>(scope));

        Assert.Equal(401, (await host.RefusedAsync()).Status);
    }

    [Fact]
    public async Task Connect_SharedConversation_BothUsersInOneSession()
    {
        await using var host = await SocketHost.StartAsync(scope: SessionScope.Conversation);
        await using var ada = await host.ConnectAsync("?conversation=team&own=true", bearer: Tokens.For("ada", "team"));
        await using var bob = await host.ConnectAsync("?conversation=team&own=true", bearer: Tokens.For("bob", "team"));
        await ada.SayAsync("hello");

        Assert.Equal(ada.Session, bob.Session);
        Assert.Equal("hello", (await bob.UntilAsync("message")).GetProperty("text").GetString());
    }

    [Fact]
    public async Task Connect_NotOnTheAllowList_403()
    {
        await using var host = await SocketHost.StartAsync(new { access = "allow-list", allowed = new[] { "ada" } });

        Assert.Equal(101, (await host.RefusedAsync(protocols: "openclaw.v1, bearer." + Tokens.For("ada"))).Status);
        var (status, problem, _) = await host.RefusedAsync(protocols: "openclaw.v1, bearer." + Tokens.For("bob"));
        Assert.Equal((403, "user_not_allowed"), (status, problem.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Connect_TooManyOfOneAddress_429UntilOneLeaves()
    {
        await using var host = await SocketHost.StartAsync(limits: new() { ConnectionsPerAddress = 2 });
        await using var first = await host.ConnectAsync();
        await using var second = await host.ConnectAsync();

        var (status, _, response) = await host.RefusedAsync();
        Assert.Equal(429, status);
        Assert.NotNull(response.Headers.RetryAfter);

        await first.CloseAsync();
        await TestWait.UntilAsync(async () => (await host.RefusedAsync()).Status == 101);
    }

    [Fact]
    public async Task Connect_StoreAtFault_503WithRetryAfter()
    {
        await using var host = await SocketHost.StartAsync(more: services => services.AddSingleton<IJournalHealth>(new FaultyStore()));

        var (status, problem, response) = await host.RefusedAsync();

        Assert.Equal((503, "overloaded"), (status, problem.GetProperty("code").GetString()));
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task Connect_SessionCannotBeOpened_503()
    {
        await using var host = await SocketHost.StartAsync();
        host.Gateway.BeforeAttach = () => throw new IOException("The database is away.");

        Assert.Equal(503, (await host.RefusedAsync()).Status);
    }

    [Fact]
    public async Task Close_ByClient_AnsweredWithTheSameStatus()
    {
        await using var host = await SocketHost.StartAsync();
        await using var client = await host.ConnectAsync();

        await client.CloseAsync();

        Assert.Equal(WebSocketState.Closed, client.Socket.State);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, client.Socket.CloseStatus);
    }

    private sealed class FaultyStore : IJournalHealth
    {
        public string Fault => "The disk is full.";
    }
}
