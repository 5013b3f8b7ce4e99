using System.Globalization;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Channels.WebSocket;

/// <summary>What a client may send wrongly, and what it hears.</summary>
public sealed class FrameTests
{
    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    [InlineData("null")]
    [InlineData("{} {}")]
    [InlineData("{}")]
    [InlineData("""{"type":5}""")]
    [InlineData("""{"type":null}""")]
    [InlineData("""{"type":"message","id":"x"}""")]
    [InlineData("""{"type":"message","id":"x","text":""}""")]
    [InlineData("""{"type":"message","text":"x"}""")]
    [InlineData("""{"type":"message","id":"","text":"x"}""")]
    [InlineData("""{"type":"message","id":7,"text":"x"}""")]
    [InlineData("""{"type":"message","id":"x","text":7}""")]
    [InlineData("""{"type":"message","id":"x","text":"y","button":{}}""")]
    [InlineData("""{"type":"message","id":"x","text":"y","attachments":"u"}""")]
    [InlineData("""{"type":"message","id":"x","text":"y","attachments":[1]}""")]
    [InlineData("""{"type":"message","id":"x","text":"y","attachments":[{"upload":1}]}""")]
    [InlineData("""{"type":"message","id":"x","text":"\ud800"}""")]
    [InlineData("""{"type":"message","id":"x","text":"a","text":"b"}""")]
    [InlineData("""{"type":"typing","type":"message","id":"x","text":"b","on":true}""")]
    [InlineData("""{"type":"typing"}""")]
    [InlineData("""{"type":"typing","on":"yes"}""")]
    [InlineData("""{"type":"read","seq":-1}""")]
    [InlineData("""{"type":"read","seq":1.5}""")]
    [InlineData("""{"type":"read","seq":"1"}""")]
    [InlineData("""{"type":"upload","id":"u","name":"a","contentType":"text/plain"}""")]
    [InlineData("""{"type":"upload","id":"u","name":"a","contentType":"text/plain","size":-1}""")]
    [InlineData("""{"type":"upload","id":"u","name":5,"contentType":"text/plain","size":1}""")]
    [InlineData("""{"type":"upload","id":"u","name":"a","contentType":"text/plain\r\nX: y","size":1}""")]
    public async Task Send_BadFrame_ErrorAndStaysOpen(string frame)
    {
        await using var host = await SocketHost.StartAsync();
        await using var client = await host.ConnectAsync();
        await client.SendTextAsync(frame);

        Assert.Equal("bad_frame", (await client.ExpectAsync("error")).GetProperty("code").GetString());
        Assert.Empty(await client.SyncAsync());
    }

    [Fact]
    public async Task Send_BadFrameWithId_ErrorNamesIt()
    {
        await using var host = await SocketHost.StartAsync();
        await using var client = await host.ConnectAsync();
        await client.SendTextAsync("""{"id":"abc","text":5,"type":"message"}""");

        Assert.Equal("abc", (await client.ExpectAsync("error")).GetProperty("id").GetString());
    }

    [Fact]
    public async Task Send_DeeplyNested_BadFrame()
    {
        await using var host = await SocketHost.StartAsync();
        await using var client = await host.ConnectAsync();
        await client.SendTextAsync("""{"type":"typing","on":true,"x":""" + new string('[', 1000) + new string(']', 1000) + "}");

        Assert.Equal("bad_frame", (await client.ExpectAsync("error")).GetProperty("code").GetString());
    }

    [Fact]
    public async Task Send_UnknownType_ErrorAndNeverCloses()
    {
        await using var host = await SocketHost.StartAsync();
        await using var client = await host.ConnectAsync();
        for (var i = 0; i < 15; i++)
        {
            await client.SendAsync(new { type = "dance", id = "d" + i, on = 5 });
            var error = await client.ExpectAsync("error");
            Assert.Equal(("unknown_type", "d" + i), (error.GetProperty("code").GetString(), error.GetProperty("id").GetString()));
        }

        await client.SyncAsync();
    }

    [Fact]
    public async Task Send_UnknownFields_Ignored()
    {
        await using var host = await SocketHost.StartAsync();
        await using var client = await host.ConnectAsync();
        await client.SendTextAsync("""{"x":[{"type":"y"}],"text":"hi","size":"none of this type's","id":"i","typ\u0065":"message","attachments":null,"button":null}""");

        Assert.Equal("i", (await client.ExpectAsync("ack")).GetProperty("id").GetString());
    }

    [Fact]
    public async Task Send_IdOf64_TakenOf65BadFrame()
    {
        await using var host = await SocketHost.StartAsync();
        await using var client = await host.ConnectAsync();
        await client.SayAsync("x", new string('i', 64));
        await client.ExpectAsync("ack");
        await client.SayAsync("x", new string('i', 65));

        Assert.Equal("bad_frame", (await client.UntilAsync("error")).GetProperty("code").GetString());
    }

    [Fact]
    public async Task Text_AtTheLimit_TakenOneByteMoreTooLarge()
    {
        await using var host = await SocketHost.StartAsync(limits: new() { MaxMessageBytes = 100 });
        await using var client = await host.ConnectAsync();
        await client.SayAsync(new string('é', 50), "fits");
        await client.ExpectAsync("ack");
        await client.SayAsync(new string('é', 50) + "x", "big");

        var error = await client.UntilAsync("error");
        Assert.Equal(("too_large", "big"), (error.GetProperty("code").GetString(), error.GetProperty("id").GetString()));
        Assert.Single(host.Gateway.Accepted);
    }

    [Fact]
    public async Task Text_AboveTheTenantsLimit_IsTooLarge()
    {
        await using var host = await SocketHost.StartAsync();
        host.Catalog.Put(host.Channel with { Tenant = host.Channel.Tenant with { Settings = new() { MaxMessageBytes = 10 } } });
        await using var client = await host.ConnectAsync();
        await client.SayAsync("eleven char", "big");
        var error = await client.UntilAsync("error");
        Assert.Equal(("too_large", "big"), (error.GetProperty("code").GetString(), error.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task Text_EscapedSixfold_StillFitsTheFrameLimit()
    {
        await using var host = await SocketHost.StartAsync(limits: new() { MaxMessageBytes = 1000 });
        await using var client = await host.ConnectAsync();
        var escaped = string.Concat(Enumerable.Repeat("\\u0041", 1000));
        await client.SendTextAsync($$"""{"type":"message","id":"e","text":"{{escaped}}"}""");

        await client.ExpectAsync("ack");
        Assert.Equal(new string('A', 1000), host.Gateway.Accepted.Single().Text.ToString());
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task Frame_AtTheLimit_AnsweredOneByteMoreCloses1009(int more, bool open)
    {
        await using var host = await SocketHost.StartAsync(limits: new() { MaxMessageBytes = 1000 }, time: new TestClock());
        await using var client = await host.ConnectAsync();
        await client.SendTextAsync(new string(' ', (8 * 1000) + (16 << 10) + more));

        if (open) Assert.Equal("bad_frame", (await client.ExpectAsync("error")).GetProperty("code").GetString());
        else Assert.Equal(WebSocketCloseStatus.MessageTooBig, await client.UntilClosedAsync());
    }

    [Fact]
    public async Task Frame_Fragmented_PutTogether()
    {
        await using var host = await SocketHost.StartAsync();
        await using var client = await host.ConnectAsync();
        var frame = Encoding.UTF8.GetBytes("""{"type":"message","id":"f","text":"Grüße 😀"}""");
        for (var i = 0; i < frame.Length; i++) await client.SendBytesAsync(frame.AsMemory(i, 1), WebSocketMessageType.Text, end: false);
        await client.SendBytesAsync(default, WebSocketMessageType.Text, end: true);

        await client.ExpectAsync("ack");
        Assert.Equal("Grüße 😀", host.Gateway.Accepted.Single().Text.ToString());
    }

    [Fact]
    public async Task Frame_InvalidUtf8_ConnectionFailsAsRfc6455Demands()
    {
        await using var host = await SocketHost.StartAsync();
        using var tcp = await OpenRawAsync(host);
        await tcp.GetStream().WriteAsync(new byte[] { 0x81, 0x84, 0, 0, 0, 0, 0x22, 0xC3, 0x28, 0x22 }); // a text frame under a mask of zeros

        Assert.DoesNotContain("error", await ReadAllAsync(tcp), StringComparison.Ordinal);
        Assert.Empty(host.Gateway.Accepted);
    }

    [Fact]
    public async Task BadFrames_TenInARow_ByeAndClose1008()
    {
        await using var host = await SocketHost.StartAsync(time: new TestClock());
        await using var client = await host.ConnectAsync();
        for (var i = 0; i < 10; i++) await client.SendTextAsync("{");

        for (var i = 0; i < 10; i++) Assert.Equal("bad_frame", (await client.ExpectAsync("error")).GetProperty("code").GetString());
        Assert.Equal("policy", (await client.ExpectAsync("bye")).GetProperty("reason").GetString());
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, await client.UntilClosedAsync());
    }

    [Fact]
    public async Task BadFrames_NineThenAnAcceptedOne_CountedAnew()
    {
        await using var host = await SocketHost.StartAsync();
        await using var client = await host.ConnectAsync();
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 9; i++) await client.SendTextAsync("{");
            Assert.Equal(9, (await client.SyncAsync()).Count(f => f.GetProperty("type").GetString() is "error"));
        }
    }

    [Fact]
    public async Task Client_DoesNotRead_Dropped()
    {
        await using var host = await SocketHost.StartAsync();
        host.Gateway.Agent = FakeGateway.Silence;
        await using var slow = await host.ConnectAsync(bearer: Tokens.For("ada"));
        await slow.SayAsync("hi");
        await slow.ExpectAsync("ack");
        var session = host.Gateway.Session(slow.Session);
        var text = Utf8Text.From(new string('x', 60_000));

        await TestWait.UntilAsync(async () =>
        {
            await host.Gateway.PostAsync(() => host.Gateway.Append(session, MessageFrom.Agent, text));
            return session.Subscriptions.Count == 0;
        });

        await Assert.ThrowsAnyAsync<WebSocketException>(async () => await slow.UntilClosedAsync());
        await using var back = await host.ConnectAsync("?after=1", slow.Resume, Tokens.For("ada"));
        Assert.Equal(2, (await back.UntilAsync("message")).GetProperty("seq").GetInt64());
    }

    [Fact]
    public async Task Frames_RandomMutations_AnsweredOrIgnoredNeverBroken()
    {
        var random = new Random(20_261_122);
        await using var host = await SocketHost.StartAsync();
        string[] seeds =
        [
            """{"type":"message","id":"a","text":"hi","attachments":[{"upload":"u"}],"button":"b"}""",
            """{"type":"typing","on":true}""",
            """{"type":"upload","id":"u","name":"n","contentType":"t/p","size":3}""",
            """{"type":"read","seq":12}""",
        ];
        await using var client = await host.ConnectAsync();
        for (var i = 0; i < 300; i++)
        {
            var bytes = Encoding.ASCII.GetBytes(seeds[random.Next(seeds.Length)]);
            for (var n = random.Next(1, 4); n > 0; n--) bytes[random.Next(bytes.Length)] = (byte)random.Next(0x20, 0x7F);
            await client.SendBytesAsync(bytes, WebSocketMessageType.Text);
            await client.SendTextAsync("""{"type":"typing","on":false}"""); // so that bad ones never add up
        }

        await client.SyncAsync();
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Peer_SilentForTwoHeartbeats_PingedThenDropped()
    {
        await using var host = await SocketHost.StartAsync(new { heartbeatSeconds = 1 });
        var started = TimeProvider.System.GetTimestamp();
        using var tcp = await OpenRawAsync(host);

        var all = await ReadAllAsync(tcp);

        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(60));
        Assert.Contains("\u0089\u0008", all, StringComparison.Ordinal); // a ping of 8 bytes
    }

    private static async Task<TcpClient> OpenRawAsync(SocketHost host)
    {
        var tcp = new TcpClient();
        await tcp.ConnectAsync(host.Address.Host, host.Address.Port);
        await tcp.GetStream().WriteAsync(Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"GET /channels/{host.Channel.Id}/socket HTTP/1.1\r\nHost: {host.Address.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: openclaw.v1\r\n\r\n")));
        return tcp;
    }

    /// <summary>All bytes until the server ends the connection, one way or another.</summary>
    private static async Task<string> ReadAllAsync(TcpClient tcp)
    {
        using var all = new MemoryStream();
        try
        {
            await tcp.GetStream().CopyToAsync(all).WaitAsync(TimeSpan.FromSeconds(60));
        }
        catch (IOException)
        {
            // reset is as good an end
        }

        return Encoding.Latin1.GetString(all.ToArray());
    }
}
