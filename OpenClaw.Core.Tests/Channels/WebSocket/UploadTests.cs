using System.Net.WebSockets;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.WebSocket.Uploads;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Core.Tests.Channels.WebSocket;

/// <summary>Attachments that clients send.</summary>
public sealed class UploadTests
{
    private static readonly byte[] Ten = Encoding.ASCII.GetBytes("0123456789");

    [Fact]
    public async Task Upload_InPiecesWithTextBetween_AckWithoutSeqThenUsable()
    {
        await using var host = await SocketHost.StartAsync();
        await using var client = await host.ConnectAsync();
        await AnnounceAsync(client, "u1", 10);
        await client.SendBytesAsync(Ten.AsMemory(0, 4));
        await client.SyncAsync();
        await client.SendBytesAsync(Ten.AsMemory(4, 3), end: false);
        await client.SendBytesAsync(Ten.AsMemory(7));

        var ack = await client.UntilAsync("ack");
        Assert.Equal("u1", ack.GetProperty("id").GetString());
        Assert.False(ack.TryGetProperty("seq", out _));

        await client.SendAsync(new { type = "message", id = "m", attachments = new[] { new { upload = "u1" } } });
        Assert.Equal("m", (await client.UntilAsync("ack")).GetProperty("id").GetString());
        var file = Assert.Single(host.Gateway.Accepted.Last().Extras!.Attachments!);
        Assert.Equal(("a.txt", "text/plain", 10L), (file.Name, file.ContentType, file.Size));
        Assert.Equal("0123456789", await ContentAsync(host, file.Blob));
        Assert.NotNull((await RowsAsync(host)).Single().UsedAt);
    }

    [Fact]
    public async Task Upload_Echoed_UrlServesTheBytes()
    {
        await using var host = await SocketHost.StartAsync();
        await using var client = await host.ConnectAsync();
        await UploadAsync(client, "u1");
        await client.SendAsync(new { type = "message", id = "m", text = "look", attachments = new[] { new { upload = "u1" } } });

        var url = new Uri((await client.UntilAsync("message")).GetProperty("attachments")[0].GetProperty("url").GetString()!);
        using var http = new HttpClient();
        Assert.Equal("0123456789", await http.GetStringAsync(new Uri(host.Address, url.PathAndQuery)));
    }

    [Fact]
    public async Task Upload_OfNothing_AckAtOnce()
    {
        await using var host = await SocketHost.StartAsync();
        await using var client = await host.ConnectAsync();
        await AnnounceAsync(client, "u", 0);

        Assert.Equal("u", (await client.ExpectAsync("ack")).GetProperty("id").GetString());
    }

    [Fact]
    public async Task Upload_SecondBeforeTheEnd_FirstIncomplete()
    {
        await using var host = await SocketHost.StartAsync();
        await using var client = await host.ConnectAsync();
        await AnnounceAsync(client, "first", 10);
        await client.SendBytesAsync(Ten.AsMemory(0, 4));
        await AnnounceAsync(client, "second", 10);
        await client.SendBytesAsync(Ten);

        var error = await client.ExpectAsync("error");
        Assert.Equal(("upload_incomplete", "first"), (error.GetProperty("code").GetString(), error.GetProperty("id").GetString()));
        Assert.Equal("second", (await client.ExpectAsync("ack")).GetProperty("id").GetString());
        Assert.Single(Files(host));
    }

    [Fact]
    public async Task Upload_TooLarge_ToldAtTheAnnouncementBytesThrownAway()
    {
        await using var host = await SocketHost.StartAsync(limits: new() { MaxAttachmentBytes = 9 });
        await using var client = await host.ConnectAsync();
        await AnnounceAsync(client, "big", 10);
        var error = await client.ExpectAsync("error");
        Assert.Equal(("too_large", "big"), (error.GetProperty("code").GetString(), error.GetProperty("id").GetString()));

        await client.SendBytesAsync(Ten);
        Assert.Empty(await client.SyncAsync());
        Assert.Empty(Files(host));
        await client.SendBytesAsync(Ten);
        Assert.Equal("bad_frame", (await client.UntilAsync("error")).GetProperty("code").GetString());
    }

    [Fact]
    public async Task Bytes_WithoutAnUpload_BadFrame()
    {
        await using var host = await SocketHost.StartAsync();
        await using var client = await host.ConnectAsync();
        await client.SendBytesAsync(Ten);
        Assert.Equal("bad_frame", (await client.ExpectAsync("error")).GetProperty("code").GetString());

        await client.SendBytesAsync(default);
        Assert.Equal("bad_frame", (await client.ExpectAsync("error")).GetProperty("code").GetString());
    }

    [Fact]
    public async Task Bytes_BeyondTheSize_AckAndBadFrame()
    {
        await using var host = await SocketHost.StartAsync();
        await using var client = await host.ConnectAsync();
        await AnnounceAsync(client, "u", 6);
        await client.SendBytesAsync(Ten);

        await client.ExpectAsync("ack");
        Assert.Equal("bad_frame", (await client.ExpectAsync("error")).GetProperty("code").GetString());
        Assert.Equal("012345", await ContentAsync(host, (await RowsAsync(host)).Single().Id));
    }

    [Fact]
    public async Task Message_WithUnknownOrOpenUpload_UploadIncompleteAndNothingStored()
    {
        await using var host = await SocketHost.StartAsync();
        await using var client = await host.ConnectAsync();
        await UploadAsync(client, "there");
        await AnnounceAsync(client, "open", 10);
        foreach (var missing in new[] { "nowhere", "open" })
        {
            await client.SendAsync(new { type = "message", id = missing, text = "x", attachments = new[] { new { upload = "there" }, new { upload = missing } } });
            var error = await client.ExpectAsync("error");
            Assert.Equal(("upload_incomplete", missing), (error.GetProperty("code").GetString(), error.GetProperty("id").GetString()));
        }

        Assert.Empty(host.Gateway.Accepted);
        Assert.Null((await RowsAsync(host)).Single().UsedAt);
    }

    [Fact]
    public async Task Message_WithAnotherUsersUpload_UploadIncomplete()
    {
        await using var host = await SocketHost.StartAsync();
        await using var ada = await host.ConnectAsync(bearer: Tokens.For("ada"));
        await using var bob = await host.ConnectAsync(bearer: Tokens.For("bob"));
        await UploadAsync(ada, "mine");
        await bob.SendAsync(new { type = "message", id = "m", attachments = new[] { new { upload = "mine" } } });

        Assert.Equal("upload_incomplete", (await bob.ExpectAsync("error")).GetProperty("code").GetString());
    }

    [Fact]
    public async Task Message_SentAgainWithItsUpload_Duplicate()
    {
        await using var host = await SocketHost.StartAsync();
        await using var client = await host.ConnectAsync();
        await UploadAsync(client, "u");
        for (var i = 0; i < 2; i++)
        {
            await client.SendAsync(new { type = "message", id = "m", attachments = new[] { new { upload = "u" } } });
            Assert.Equal(i == 1, (await client.UntilAsync("ack")).GetProperty("duplicate").GetBoolean());
        }
    }

    [Fact]
    public async Task Message_RefusedWithUpload_UploadUnusedAgain()
    {
        await using var host = await SocketHost.StartAsync();
        host.Gateway.Admit = m => m.ExternalId == "m" ? AcceptOutcome.Refused(RefusalCode.Overloaded, "Later.") : null;
        await using var client = await host.ConnectAsync();
        await UploadAsync(client, "u");
        await client.SendAsync(new { type = "message", id = "m", attachments = new[] { new { upload = "u" } } });
        await client.ExpectAsync("error");

        await TestWait.UntilAsync(async () => (await RowsAsync(host)).Single().UsedAt is null);
    }

    [Fact]
    public async Task Connection_LostInAnUpload_NothingLeft()
    {
        await using var host = await SocketHost.StartAsync();
        await using var client = await host.ConnectAsync();
        await AnnounceAsync(client, "u", 10);
        await client.SendBytesAsync(Ten.AsMemory(0, 4));
        await client.SyncAsync();
        Assert.Single(Files(host));
        client.Socket.Abort();

        await TestWait.UntilAsync(() => Files(host).Count == 0);
        Assert.Empty(await RowsAsync(host));
    }

    [Fact]
    public async Task Upload_SameIdAfterReconnect_AckAgainAndItsBytesThrownAway()
    {
        await using var host = await SocketHost.StartAsync();
        await using var first = await host.ConnectAsync();
        await UploadAsync(first, "u");
        await first.CloseAsync();
        await using var second = await host.ConnectAsync(resume: first.Resume);
        await AnnounceAsync(second, "u", 10);
        Assert.True((await second.ExpectAsync("ack")).GetProperty("duplicate").GetBoolean());
        await second.SendBytesAsync(Ten);

        Assert.Empty(await second.SyncAsync());
        Assert.Single(Files(host));
    }

    [Fact]
    public async Task Upload_AfterAnEpisodeEnded_StillUsable()
    {
        await using var host = await SocketHost.StartAsync();
        await using var client = await host.ConnectAsync();
        await UploadAsync(client, "u");
        await client.SayAsync("/new");
        await client.UntilAsync("welcome");
        await client.SendAsync(new { type = "message", id = "m", attachments = new[] { new { upload = "u" } } });

        Assert.Equal("m", (await client.UntilAsync("ack")).GetProperty("id").GetString());
    }

    [Fact]
    public async Task Upload_DiskFull_OverloadedAndStaysOpen()
    {
        await using var host = await SocketHost.StartAsync(more: services => services.AddSingleton<IBlobStore>(new FullDisk()));
        await using var client = await host.ConnectAsync();
        await AnnounceAsync(client, "u", 10);
        await client.SendBytesAsync(Ten);

        var error = await client.ExpectAsync("error");
        Assert.Equal(("overloaded", "u"), (error.GetProperty("code").GetString(), error.GetProperty("id").GetString()));
        Assert.True(error.GetProperty("retryAfterMs").GetInt64() > 0);
        Assert.Empty(await client.SyncAsync());
    }

    [Fact]
    public async Task Cleanup_Run_RemovesOnlyWhatIsUnusedForADay()
    {
        var clock = new TestClock();
        await using var host = await SocketHost.StartAsync(time: clock);
        await using var client = await host.ConnectAsync();
        await UploadAsync(client, "used");
        await UploadAsync(client, "unused");
        await client.SendAsync(new { type = "message", id = "m", attachments = new[] { new { upload = "used" } } });
        await client.UntilAsync("ack");
        clock.Advance(TimeSpan.FromHours(23));
        await UploadAsync(client, "young");
        var cleanup = host.Services.GetRequiredService<UploadCleanup>();

        Assert.Equal(0, await cleanup.RunAsync(CancellationToken.None));
        clock.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal(1, await cleanup.RunAsync(CancellationToken.None));

        Assert.Equal(["used", "young"], (await RowsAsync(host)).Select(u => u.ClientId).Order());
        Assert.Equal(2, Files(host).Count);
    }

    private static Task AnnounceAsync(SocketClient client, string id, long size) =>
        client.SendAsync(new { type = "upload", id, name = "a.txt", contentType = "text/plain", size });

    private static async Task UploadAsync(SocketClient client, string id)
    {
        await AnnounceAsync(client, id, 10);
        await client.SendBytesAsync(Ten, WebSocketMessageType.Binary);
        Assert.Equal(id, (await client.UntilAsync("ack")).GetProperty("id").GetString());
    }

    private static async Task<string> ContentAsync(SocketHost host, Guid blob)
    {
        var store = host.Services.GetRequiredService<IBlobStore>();
        using var reader = new StreamReader((await store.OpenAsync(host.Channel.Tenant.Id, blob, CancellationToken.None))!);
        return await reader.ReadToEndAsync();
    }

    private static async Task<List<Upload>> RowsAsync(SocketHost host)
    {
        await using var db = host.Database.System.Create();
        return await db.Uploads.AsNoTracking().ToListAsync();
    }

    private static List<string> Files(SocketHost host)
    {
        var folder = Path.Combine(host.Options.DataDirectory, "blobs");
        return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)] : [];
    }

    private sealed class FullDisk : IBlobStore, IBlobWriter
    {
        public long Length => 0;

        public ValueTask<IBlobWriter> CreateAsync(Guid tenant, Guid blob, CancellationToken cancellationToken) => new(this);

        public ValueTask<Stream?> OpenAsync(Guid tenant, Guid blob, CancellationToken cancellationToken) => default;

        public ValueTask DeleteAsync(Guid tenant, Guid blob, CancellationToken cancellationToken) => default;

        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => throw new IOException("No space left on device.");

        public ValueTask CommitAsync(CancellationToken cancellationToken) => default;

        public ValueTask DisposeAsync() => default;
    }
}
