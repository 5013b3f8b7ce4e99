using System.Buffers;
using System.Text;

namespace OpenClaw.Gateway.Core.Agents.Answers;

/// <summary>One server-sent event, or a comment (which keeps a stream alive). Data is valid until the parser is called again.</summary>
internal readonly record struct SseEvent(string Name, ReadOnlyMemory<byte> Data, bool IsComment);

/// <summary>
/// Server-sent events (WHATWG) from bytes as they come, in whatever pieces. Unlike the platform's parser it bounds a line.
/// One liberty: a named event without data is an event too.
/// </summary>
internal sealed class SseParser(int longestLine)
{
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly ArrayBufferWriter<byte> _data = new();
    private string? _name;
    private bool _hasData;
    private bool _started;
    private bool _afterReturn;
    private bool _told;

    /// <summary>Takes bytes up to the end of the next event and returns it; false when all are taken and none is complete.</summary>
    public bool TryRead(ref ReadOnlySpan<byte> input, out SseEvent sse)
    {
        if (_told) Forget();
        while (TryReadLine(ref input, out var line))
        {
            var complete = TakeLine(line, out sse);
            _line.ResetWrittenCount();
            if (complete) return true;
        }

        sse = default;
        return false;
    }

    private bool TryReadLine(ref ReadOnlySpan<byte> input, out ReadOnlySpan<byte> line)
    {
        if (_afterReturn && !input.IsEmpty)
        {
            _afterReturn = false;
            if (input[0] == '\n') input = input[1..];
        }

        var end = input.IndexOfAny((byte)'\r', (byte)'\n');
        var part = end < 0 ? input : input[..end];
        if (part.Length > longestLine - _line.WrittenCount) throw AnswerException.TooLarge($"a line of the event stream is longer than {longestLine} bytes");
        if (end < 0 || _line.WrittenCount > 0) _line.Write(part);
        line = _line.WrittenCount > 0 ? _line.WrittenSpan : part;
        if (end < 0)
        {
            input = default;
            return false;
        }

        _afterReturn = input[end] == '\r';
        input = input[(end + 1)..];
        return true;
    }

    private bool TakeLine(ReadOnlySpan<byte> line, out SseEvent sse)
    {
        if (!_started && line.StartsWith("\uFEFF"u8)) line = line[3..];
        _started = true;
        sse = default;
        if (line.IsEmpty) return Dispatch(out sse);
        if (line[0] == ':')
        {
            sse = new("", default, IsComment: true);
            return true;
        }

        var colon = line.IndexOf((byte)':');
        var value = colon < 0 ? default : line[(colon + 1)..];
        if (!value.IsEmpty && value[0] == ' ') value = value[1..];
        TakeField(colon < 0 ? line : line[..colon], value);
        return false;
    }

    private void TakeField(ReadOnlySpan<byte> field, ReadOnlySpan<byte> value)
    {
        if (field.SequenceEqual("event"u8))
        {
            _name = Encoding.UTF8.GetString(value);
        }
        else if (field.SequenceEqual("data"u8))
        {
            if (_hasData) _data.Write("\n"u8);
            _data.Write(value);
            _hasData = true;
        }
    }

    private bool Dispatch(out SseEvent sse)
    {
        sse = new(string.IsNullOrEmpty(_name) ? "message" : _name, _data.WrittenMemory, IsComment: false);
        _told = _hasData || !string.IsNullOrEmpty(_name);
        return _told;
    }

    private void Forget()
    {
        _data.ResetWrittenCount();
        (_name, _hasData, _told) = (null, false, false);
    }
}
