using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace OpenClaw.Benchmarks.Driver;

/// <summary>Is told what comes in on a <see cref="Wire"/>; one call at a time.</summary>
internal interface IWireHandler
{
    /// <summary>A whole text frame; the span is valid during the call only.</summary>
    void OnText(Wire wire, ReadOnlySpan<byte> payload);

    /// <summary>The connection is over; called once.</summary>
    void OnClosed(Wire wire);
}

/// <summary>The server refused the handshake.</summary>
internal sealed class WireRefusedException(int status, string response) : IOException($"The handshake was refused with {status}: {response}")
{
    public int Status { get; } = status;
}

/// <summary>
/// A WebSocket client (RFC 6455) that costs little CPU, because it runs on the same cores as the server it measures: one
/// buffer in, one buffer out, one system call per frame, no extensions.
/// </summary>
internal sealed class Wire : IDisposable
{
    private const int Final = 0x80;
    private readonly Socket _socket;
    private readonly IWireHandler _handler;
    private readonly byte[] _mask = RandomNumberGenerator.GetBytes(4);
    private readonly Lock _sending = new();
    private byte[] _out = new byte[768];
    private byte[] _in = new byte[2048];
    private int _start;
    private int _end;
    private MemoryStream? _fragments;

    private Wire(Socket socket, IWireHandler handler) => (_socket, _handler) = (socket, handler);

    /// <summary>Connects and does the handshake; <see cref="Start"/> begins to read frames.</summary>
    public static async Task<Wire> ConnectAsync(IPEndPoint server, string pathAndQuery, string protocols, IWireHandler handler, CancellationToken cancellationToken)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, LingerState = new LingerOption(enable: true, 0) };
        try
        {
            await socket.ConnectAsync(server, cancellationToken).ConfigureAwait(false);
            var wire = new Wire(socket, handler);
            await wire.ShakeHandsAsync(server, pathAndQuery, protocols, cancellationToken).ConfigureAwait(false);
            return wire;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Reads frames until the connection ends; never throws.</summary>
    public void Start() => _ = ReadAsync();

    /// <summary>Sends a text frame. A broken connection is told by <see cref="IWireHandler.OnClosed"/>, not here.</summary>
    public void Send(ReadOnlySpan<byte> payload) => Send(0x1, payload);

    public void Dispose() => _socket.Dispose();

    private void Send(int opcode, ReadOnlySpan<byte> payload)
    {
        lock (_sending)
        {
            var header = payload.Length < 126 ? 6 : 8;
            if (_out.Length < payload.Length + header) _out = new byte[payload.Length + header];
            _out[0] = (byte)(Final | opcode);
            _out[1] = (byte)(0x80 | (payload.Length < 126 ? payload.Length : 126));
            if (header == 8) BinaryPrimitives.WriteUInt16BigEndian(_out.AsSpan(2), checked((ushort)payload.Length));
            _mask.CopyTo(_out, header - 4);
            payload.CopyTo(_out.AsSpan(header));
            Mask(_out.AsSpan(header, payload.Length));
            try
            {
                _socket.Send(_out.AsSpan(0, header + payload.Length), SocketFlags.None, out _);
            }
            catch (ObjectDisposedException)
            {
                // closed meanwhile: the reader tells it
            }
        }
    }

    private void Mask(Span<byte> payload)
    {
        var mask = new Vector<uint>(BitConverter.ToUInt32(_mask));
        var blocks = MemoryMarshal.Cast<byte, Vector<uint>>(payload);
        foreach (ref var block in blocks) block ^= mask;
        for (var i = blocks.Length * Vector<byte>.Count; i < payload.Length; i++) payload[i] ^= _mask[i & 3];
    }

    private async Task ShakeHandsAsync(IPEndPoint server, string pathAndQuery, string protocols, CancellationToken cancellationToken)
    {
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        var request = $"GET {pathAndQuery} HTTP/1.1\r\nHost: {server}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + $"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Protocol: {protocols}\r\n\r\n";
        await _socket.SendAsync(Encoding.ASCII.GetBytes(request), SocketFlags.None, cancellationToken).ConfigureAwait(false);
        int head;
        while ((head = _in.AsSpan(0, _end).IndexOf("\r\n\r\n"u8)) < 0)
        {
            MakeRoom();
            var read = await _socket.ReceiveAsync(_in.AsMemory(_end), SocketFlags.None, cancellationToken).ConfigureAwait(false);
            if (read == 0) throw new IOException("The server closed the connection during the handshake.");
            _end += read;
        }
        var status = int.Parse(Encoding.ASCII.GetString(_in, 9, 3), System.Globalization.CultureInfo.InvariantCulture);
        if (status != 101) throw new WireRefusedException(status, Encoding.UTF8.GetString(_in, 0, _end));
        _start = head + 4;
    }

    private async Task ReadAsync()
    {
        try
        {
            while (TakeFrames())
            {
                MakeRoom();
                var read = await _socket.ReceiveAsync(_in.AsMemory(_end), SocketFlags.None).ConfigureAwait(false);
                if (read == 0) break;
                _end += read;
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // a killed server or our own Dispose: told below like any other end
        }
        _socket.Dispose();
        _handler.OnClosed(this);
    }

    private void MakeRoom()
    {
        if (_start > 0)
        {
            _in.AsSpan(_start, _end - _start).CopyTo(_in);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _in.Length) Array.Resize(ref _in, _in.Length * 2);
    }

    /// <summary>Hands over every whole frame in the buffer; false after a close frame.</summary>
    private bool TakeFrames()
    {
        while (TryFrame(out var first, out var header, out var length))
        {
            var payload = _in.AsSpan(_start + header, length);
            _start += header + length;
            if (!Take(first, payload)) return false;
        }
        return true;
    }

    private bool TryFrame(out byte first, out int header, out int length)
    {
        var have = _in.AsSpan(_start, _end - _start);
        (first, header, length) = (0, 2, 0);
        if (have.Length < 2) return false;
        first = have[0];
        var size = have[1] & 0x7F;
        header = size switch { 126 => 4, 127 => 10, _ => 2 };
        if (have.Length < header) return false;
        length = size switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(have[2..]),
            127 => checked((int)BinaryPrimitives.ReadUInt64BigEndian(have[2..])),
            _ => size,
        };
        return have.Length >= header + length;
    }

    private bool Take(byte first, ReadOnlySpan<byte> payload)
    {
        switch (first & 0x0F)
        {
            case 0x0 or 0x1 when (first & Final) == 0:
                (_fragments ??= new()).Write(payload);
                return true;
            case 0x0:
                _fragments!.Write(payload);
                _handler.OnText(this, _fragments.GetBuffer().AsSpan(0, (int)_fragments.Length));
                _fragments = null;
                return true;
            case 0x1:
                _handler.OnText(this, payload);
                return true;
            case 0x8:
                Send(0x8, payload);
                return false;
            case 0x9:
                Send(0xA, payload);
                return true;
            default:
                return true;
        }
    }
}
