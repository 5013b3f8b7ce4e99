using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace OpenClaw.Gateway.Core.Agents.Socket;

/// <summary>What an agent's process says.</summary>
internal enum AgentFrameType
{
    /// <summary>No frame at all: <see cref="AgentFrame.Fault"/> says why.</summary>
    Bad,

    /// <summary>Of a type that this version does not know.</summary>
    Unknown,
    Ready,
    Delta,
    Message,
    Done,
    Error,

    /// <summary>The answer comes by the API.</summary>
    Later,
}

/// <summary>The head of a frame: what it is and what it is about. <c>Id</c> is null where it names no request of ours.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AgentFrame(AgentFrameType Type, Guid? Id, int? Attempt, string? Fault)
{
    private const int LongestName = 64;

    public static string NameOf(AgentFrameType type) => type switch
    {
        AgentFrameType.Delta => "delta",
        AgentFrameType.Message => "message",
        AgentFrameType.Done => "done",
        AgentFrameType.Error => "error",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no event of an answer"),
    };

    /// <summary>Reads the head, and that the rest is JSON. Never throws.</summary>
    public static AgentFrame Parse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var head = new Head();
            var reader = new Utf8JsonReader(bytes);
            if (!head.Read(ref reader)) return Bad("A frame is one JSON object.");
            if (reader.Read()) return Bad("A frame is one JSON object.");
            return head.ToFrame();
        }
        catch (JsonException)
        {
            return Bad("The frame is not JSON.");
        }
    }

    /// <summary>The request that the beginning of a frame names, as far as it was read; null when it names none there.</summary>
    public static Guid? IdIn(ReadOnlySpan<byte> beginning)
    {
        var head = new Head();
        try
        {
            var reader = new Utf8JsonReader(beginning, isFinalBlock: false, default);
            head.Read(ref reader);
        }
        catch (JsonException)
        {
            return null;
        }

        return head.Id;
    }

    private static AgentFrame Bad(string fault) => new(AgentFrameType.Bad, null, null, fault);

    private struct Head
    {
        private AgentFrameType? _type;
        private int? _attempt;
        private bool _named;
        private string? _fault;

        public Guid? Id { get; private set; }

        /// <summary>False when it is no whole object.</summary>
        public bool Read(ref Utf8JsonReader reader)
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.EndObject) return true;
                var isType = reader.ValueTextEquals("type"u8);
                var isId = !isType && reader.ValueTextEquals("id"u8);
                var isAttempt = !isType && !isId && reader.ValueTextEquals("attempt"u8);
                if (!reader.Read()) return false;
                if (isType) ReadType(ref reader);
                else if (isId) ReadId(ref reader);
                else if (isAttempt && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var attempt)) _attempt = attempt;
                if (!reader.TrySkip()) return false;
            }

            return false;
        }

        public readonly AgentFrame ToFrame()
        {
            if (_fault is not null) return Bad(_fault);
            if (_type is not { } type) return Bad("A frame has a type.");
            if (type is not (AgentFrameType.Unknown or AgentFrameType.Ready) && !_named) return Bad("The frame names no request (id).");
            return new(type, Id, _attempt, null);
        }

        private void ReadType(ref Utf8JsonReader reader)
        {
            if (reader.TokenType != JsonTokenType.String)
            {
                _fault = "type must be a string.";
                return;
            }

            _type = reader.ValueTextEquals("delta"u8) ? AgentFrameType.Delta
                : reader.ValueTextEquals("message"u8) ? AgentFrameType.Message
                : reader.ValueTextEquals("done"u8) ? AgentFrameType.Done
                : reader.ValueTextEquals("ready"u8) ? AgentFrameType.Ready
                : reader.ValueTextEquals("error"u8) ? AgentFrameType.Error
                : reader.ValueTextEquals("later"u8) ? AgentFrameType.Later
                : AgentFrameType.Unknown;
        }

        private void ReadId(ref Utf8JsonReader reader)
        {
            if (reader.TokenType == JsonTokenType.Null) return;
            if (reader.TokenType != JsonTokenType.String)
            {
                _fault = "id must be a string.";
                return;
            }

            _named = true;
            var length = reader.HasValueSequence ? reader.ValueSequence.Length : reader.ValueSpan.Length;
            Id = length <= LongestName && !reader.ValueIsEscaped && reader.TryGetGuid(out var id) ? id : null;
        }
    }
}
