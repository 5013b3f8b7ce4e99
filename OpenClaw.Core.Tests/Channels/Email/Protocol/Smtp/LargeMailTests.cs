using System.Net;
using System.Net.Sockets;
using System.Text;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Writing;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;
using Xunit.Abstractions;
using static OpenClaw.Core.Tests.Channels.Email.Protocol.Smtp.SmtpSamples;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Smtp;

/// <summary>A large file goes through without being held.</summary>
[Trait("Category", "Slow")]
[Collection(MemoryCollection.Name)]
public sealed class LargeMailTests(ITestOutputHelper output)
{
    private const int Size = 25 * 1024 * 1024;
    private const long MostMemory = 16 * 1024 * 1024;

    [Fact]
    public async Task SendAsync_LargeFile_TakesLittleMemory() => Assert.InRange(await LeastMemory.OfAsync(MostMemory, SendAsync), long.MinValue, MostMemory);

    /// <summary>How much it took at the most.</summary>
    private async Task<long> SendAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var sink = SwallowAsync(listener);
        var file = new Zeros();
        var writer = new MailMessageWriter(new()
        {
            From = new(SmtpSamples.Gateway), To = [new(Bob)], Subject = "large", Date = default, MessageId = "1@example.com", Text = "here it is",
            Attachments = [new("large.bin", "application/octet-stream", _ => ValueTask.FromResult<Stream>(file)) { Length = Size }],
        });
        var endpoint = new SmtpEndpoint { Host = "localhost", Port = ((IPEndPoint)listener.LocalEndpoint).Port, Security = MailSecurity.None };
        var watch = TimeProvider.System.GetTimestamp();
        await using (var connection = await OpenAsync(endpoint))
            await connection.SendAsync(Envelope with { Size = writer.Size }, writer.WriteAsync, CancellationToken.None);

        Assert.Equal(writer.Size!.Value + 3, await sink); // and a dot with its line end
        output.WriteLine($"{file.Most / 1024} KB above idle, {Size / TimeProvider.System.GetElapsedTime(watch).TotalSeconds / 1024 / 1024:0} MB/s with collections");
        return file.Most;
    }

    /// <summary>Counts the bytes of the content, its end included.</summary>
    private static async Task<long> SwallowAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync();
        var stream = client.GetStream();
        var block = new byte[64 * 1024];
        await SayAsync("220 x");
        foreach (var reply in (string[])["250 x", "250 ok", "250 ok", "354 go on"])
        {
            await LineAsync();
            await SayAsync(reply);
        }

        long count = 0;
        while (true)
        {
            var read = await stream.ReadAsync(block);
            count += read;
            if (read >= 5 ? block.AsSpan(0, read).EndsWith("\r\n.\r\n"u8) : read == 0) break;
        }

        await SayAsync("250 taken");
        await LineAsync();
        return count;

        async Task LineAsync()
        {
            while (await stream.ReadAsync(block) is var read && read > 0 && block[read - 1] != '\n')
            {
                // the rest of the line is to come
            }
        }

        async Task SayAsync(string reply) => await stream.WriteAsync(Encoding.ASCII.GetBytes(reply + "\r\n"));
    }

    /// <summary>A file whose reader looks at the memory on the way.</summary>
    private sealed class Zeros : Stream
    {
        private readonly long _before = GC.GetTotalMemory(forceFullCollection: true);
        private long _next;
        private int _position;

        public long Most { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => Size;

        public override long Position { get => _position; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Take(buffer.AsSpan(offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Take(buffer.Span));

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private int Take(Span<byte> buffer)
        {
            if (_position >= _next)
            {
                Most = Math.Max(Most, GC.GetTotalMemory(forceFullCollection: true) - _before);
                _next += Size / 16;
            }

            var count = Math.Min(buffer.Length, Size - _position);
            buffer[..count].Clear();
            _position += count;
            return count;
        }
    }
}
