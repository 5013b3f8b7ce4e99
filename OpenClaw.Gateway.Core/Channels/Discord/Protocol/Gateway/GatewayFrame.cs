using System.Text.Json;

namespace OpenClaw.Gateway.Core.Channels.Discord.Protocol.Gateway;

/// <summary>The outside of one frame of the gateway: its kind, and where its content stands. Content that nobody needs is passed over unread.</summary>
/// <param name="Op">The operation; -1 = none.</param>
/// <param name="Sequence">Of a dispatch; null = none.</param>
/// <param name="Type">The name of a dispatch's event.</param>
/// <param name="Data">Where the content stands in the frame; empty = none or null.</param>
internal readonly record struct GatewayFrame(int Op, long? Sequence, string? Type, Range Data)
{
    private const int LongestType = 64;

    /// <summary>Reads the outside of a whole frame; false when it is no JSON object.</summary>
    public static bool TryRead(ReadOnlySpan<byte> frame, out GatewayFrame outside) => Read(frame, isWhole: true, out outside, out _);

    /// <summary>Reads what stands before the content of a frame that has only begun; true when operation, sequence and name all do.</summary>
    public static bool TryPeek(ReadOnlySpan<byte> start, out GatewayFrame outside)
    {
        Read(start, isWhole: false, out outside, out var beforeData);
        return beforeData && outside is { Op: 0, Sequence: not null, Type: not null };
    }

    private static bool Read(ReadOnlySpan<byte> json, bool isWhole, out GatewayFrame frame, out bool reachedData)
    {
        int op = -1;
        long? sequence = null;
        string? type = null;
        Range data = default;
        reachedData = false;
        frame = new(op, sequence, type, data);
        try
        {
            var reader = new Utf8JsonReader(json, isWhole, new(new JsonReaderOptions { MaxDepth = 256 }));
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("d"u8))
                {
                    reachedData = true;
                    frame = new(op, sequence, type, data);
                    if (!isWhole) return true;
                    if (!reader.Read()) return false;
                    var start = (int)reader.TokenStartIndex;
                    var isNull = reader.TokenType == JsonTokenType.Null;
                    reader.Skip();
                    if (!isNull) data = start..(int)reader.BytesConsumed;
                    continue;
                }

                var name = reader.ValueTextEquals("op"u8) ? 'o' : reader.ValueTextEquals("s"u8) ? 's' : reader.ValueTextEquals("t"u8) ? 't' : ' ';
                if (!reader.Read()) return false;
                if (name == 'o' && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number)) op = number;
                else if (name == 's' && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var at)) sequence = at;
                else if (name == 't' && reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= LongestType && !reader.ValueIsEscaped) type = System.Text.Encoding.UTF8.GetString(reader.ValueSpan);
                else if (!reader.TrySkip()) return false;
            }

            frame = new(op, sequence, type, data);
            return reader.TokenType == JsonTokenType.EndObject;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
