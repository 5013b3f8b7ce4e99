using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Core.Tests.Resilience;

public sealed class OutgoingHttpTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("2130706433")]
    [InlineData("0x7f.1")]
    [InlineData("0x7f000001")]
    [InlineData("0177.0.0.1")]
    [InlineData("127.1")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("[::ffff:7f00:1]")]
    [InlineData("[::1]")]
    [InlineData("[::]")]
    [InlineData("0")]
    [InlineData("localhost")]
    [InlineData("LOCALHOST")]
    [InlineData("ⓛocalhost")]
    [InlineData("user@127.0.0.1")]
    public async Task SendAsync_FormsOfLoopback_Refused(string host)
    {
        await using var server = await HttpServer.StartAsync(c => c.Response.WriteAsync("secret"));
        using var calls = new OutgoingCalls(null);

        Assert.NotNull(await RefusalAsync(calls, $"http://{host}:{server.Url.Port}/"));
    }

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("[fe80::1]")]
    [InlineData("[fd00::1]")]
    [InlineData("[64:ff9b::a9fe:a9fe]")]
    [InlineData("[2002:a9fe:a9fe::]")]
    [InlineData("10.0.0.1")]
    [InlineData("100.64.0.1")]
    public async Task SendAsync_PrivateAddress_Refused(string host)
    {
        using var calls = new OutgoingCalls(null);

        Assert.NotNull(await RefusalAsync(calls, $"http://{host}/"));
    }

    [Theory]
    [InlineData("localhost.")]
    [InlineData("rebound.example")]
    public async Task SendAsync_NameThatLeadsToLoopback_Refused(string host)
    {
        using var calls = new OutgoingCalls(new FakeResolver("127.0.0.1 ::1"));

        Assert.NotNull(await RefusalAsync(calls, $"http://{host}/"));
    }

    [Fact]
    public async Task SendAsync_Opened_Passes()
    {
        await using var server = await HttpServer.StartAsync(c => c.Response.WriteAsync("hello"));
        using var calls = new OutgoingCalls(null, $"localhost:{server.Url.Port}");

        Assert.Equal("200 hello", await calls.GetAsync($"http://LocalHost:{server.Url.Port}/"));
        Assert.NotNull(await RefusalAsync(calls, server.Url.AbsoluteUri)); // by address it is not opened
    }

    [Fact]
    public async Task SendAsync_Redirect_NotFollowed()
    {
        await using var server = await HttpServer.StartAsync(c =>
        {
            c.Response.Redirect("http://169.254.169.254/latest/meta-data");
            return Task.CompletedTask;
        });
        using var calls = new OutgoingCalls(null, "127.0.0.1");

        Assert.Equal("302 ", await calls.GetAsync(server.Url.AbsoluteUri));
    }

    [Fact]
    public async Task SendAsync_NameThatChangesItsAddress_RefusedAtTheNewConnection()
    {
        await using var server = await HttpServer.StartAsync(c =>
        {
            c.Response.Headers.Connection = "close"; // the next call connects anew
            return c.Response.WriteAsync("hello");
        });
        using var calls = new OutgoingCalls(new FakeResolver("127.0.0.1", "127.0.0.2"), "127.0.0.1");
        var url = $"http://rebinding.example:{server.Url.Port}/";

        Assert.Equal("200 hello", await calls.GetAsync(url));
        var refusal = await RefusalAsync(calls, url);

        Assert.Equal(("rebinding.example", "127.0.0.2"), (refusal?.Host, refusal?.Address.ToString()));
    }

    [Fact]
    public async Task SendAsync_OneOfTwoAddressesOpen_GoesThereOnly()
    {
        await using var server = await HttpServer.StartAsync(c => c.Response.WriteAsync(c.Connection.LocalIpAddress!.ToString()));
        using var calls = new OutgoingCalls(new FakeResolver("127.0.0.7 127.0.0.1"), "127.0.0.1");

        Assert.Equal("200 127.0.0.1", await calls.GetAsync($"http://both.example:{server.Url.Port}/"));
    }

    [Fact]
    public async Task SendAsync_FirstAddressRefusesConnections_GoesToTheNext()
    {
        await using var server = await HttpServer.StartAsync(c => c.Response.WriteAsync("hello"));
        using var calls = new OutgoingCalls(new FakeResolver("127.0.0.7 127.0.0.1"), "127.0.0.0/8");

        Assert.Equal("200 hello", await calls.GetAsync($"http://both.example:{server.Url.Port}/"));
    }

    [Fact]
    public async Task SendAsync_ListNarrowedWhileConnected_RefusedAtOnce()
    {
        await using var server = await HttpServer.StartAsync(c => c.Response.WriteAsync("hello"));
        using var calls = new OutgoingCalls(null, "*");
        Assert.Equal("200 hello", await calls.GetAsync(server.Url.AbsoluteUri));

        calls.Hosts.Replace(PrivateHostList.Empty);
        Assert.NotNull(await RefusalAsync(calls, server.Url.AbsoluteUri));

        calls.Hosts.Replace(OutgoingCalls.Parse("127.0.0.0/8"));
        Assert.Equal("200 hello", await calls.GetAsync(server.Url.AbsoluteUri));
    }

    [Fact]
    public async Task ConnectAsync_NameWithoutAddress_HostNotFound()
    {
        using var calls = new OutgoingCalls(new FakeResolver(""));

        var e = await Assert.ThrowsAsync<SocketException>(async () => await calls.Connector.ConnectAsync("nowhere.example", 25, CancellationToken.None));

        Assert.Equal(SocketError.HostNotFound, e.SocketErrorCode);
    }

    [Fact]
    public async Task CreateClient_ThroughIt_GuardedToo()
    {
        using var calls = new OutgoingCalls(null);
        using var client = calls.Http.CreateClient();

        var e = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri("http://127.0.0.1:1/")));

        Assert.NotNull(DestinationForbiddenException.In(e));
    }

    private static async Task<DestinationForbiddenException?> RefusalAsync(OutgoingCalls calls, string url) =>
        DestinationForbiddenException.In(await Assert.ThrowsAnyAsync<Exception>(() => calls.GetAsync(url)));
}
