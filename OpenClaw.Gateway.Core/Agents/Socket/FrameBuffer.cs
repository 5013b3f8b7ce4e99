using System.Buffers;

namespace OpenClaw.Gateway.Core.Agents.Socket;

/// <summary>A frame that is written into a rented array.</summary>
internal sealed class FrameBuffer : IBufferWriter<byte>
{
    private const int First = 1_024;
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(First);

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _bytes.AsSpan(Length);
    }

    /// <summary>Gives the array back; the frame is used up.</summary>
    public void Return()
    {
        var bytes = Interlocked.Exchange(ref _bytes, []);
        if (bytes.Length > 0) ArrayPool<byte>.Shared.Return(bytes);
        Length = 0;
    }

    private void MakeRoom(int sizeHint)
    {
        var needed = Length + Math.Max(1, sizeHint);
        if (needed <= _bytes.Length) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, _bytes.Length * 2));
        _bytes.AsSpan(0, Length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
