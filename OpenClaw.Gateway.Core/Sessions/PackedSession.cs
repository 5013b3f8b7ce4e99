using System.Buffers;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Sessions;

/// <summary>
/// A session at rest as one array: its address, the newest seq that was told, recent ids, history. Numbers take as few bytes as they need
/// (LEB128), texts stand as UTF-8 behind their length.
/// </summary>
internal static class PackedSession
{
    public static byte[] Pack(SessionWork work)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(MostBytes(work));
        var writer = new PackWriter(buffer);
        Write(ref writer, work.Address);
        writer.Number(work.ToldSeq);
        work.RecentIds.Write(ref writer);
        work.History.Write(ref writer);
        var packed = writer.Written.ToArray();
        ArrayPool<byte>.Shared.Return(buffer);
        return packed;
    }

    public static SessionWork Unpack(byte[] packed)
    {
        var reader = new PackReader(packed);
        return new SessionWork(ReadAddress(ref reader))
        {
            ToldSeq = reader.Number(),
            RecentIds = RecentIds.Read(ref reader),
            History = History.Read(ref reader),
        };
    }

    public static SessionAddress Address(byte[] packed)
    {
        var reader = new PackReader(packed);
        return ReadAddress(ref reader);
    }

    public static long ToldSeq(byte[] packed)
    {
        var reader = new PackReader(packed);
        for (var text = 0; text < 4; text++) reader.SkipString();
        return reader.Number();
    }

    private static int MostBytes(SessionWork work) =>
        PackWriter.Most(work.Address.Conversation) + PackWriter.Most(work.Address.Thread) + PackWriter.Most(work.Address.UserId) + PackWriter.Most(work.Address.UserName)
        + PackWriter.MostOfNumber + work.RecentIds.MostBytes + work.History.MostBytes;

    private static void Write(ref PackWriter writer, SessionAddress address)
    {
        writer.String(address.Conversation);
        writer.String(address.Thread);
        writer.String(address.UserId);
        writer.String(address.UserName);
    }

    private static SessionAddress ReadAddress(ref PackReader reader) => new(reader.String()!, reader.String(), reader.String()!, reader.String());
}
