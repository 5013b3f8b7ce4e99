using System.Buffers;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Agents.Answers;

/// <summary>Makes an answer of its events (<c>delta</c>, <c>message</c>, <c>done</c>, <c>error</c>), in the order in which they come.</summary>
internal sealed class AnswerAssembler(IAnswerSink sink)
{
    private static readonly ReadOnlyMemory<byte> Nothing = "{}"u8.ToArray();

    private readonly List<AnswerMessage> _messages = [];
    private readonly ArrayBufferWriter<byte> _open = new();

    /// <summary>The whole answer, once it is complete.</summary>
    public AgentAnswer? Answer { get; private set; }

    /// <summary>Takes an event; unknown ones are ignored. True when the answer is complete.</summary>
    public bool Take(string name, ReadOnlyMemory<byte> data)
    {
        switch (name)
        {
            case "delta":
                AddDelta(AnswerReader.Delta(data));
                break;
            case "message":
                _open.ResetWrittenCount(); // the whole message replaces its pieces
                Add(AnswerReader.Message(data));
                break;
            case "done":
                CloseOpen();
                Complete(AnswerReader.Answer(data.IsEmpty ? Nothing : data));
                break;
            case "error":
                throw AnswerReader.Error(data.IsEmpty ? Nothing : data);
        }

        return Answer is not null;
    }

    private void AddDelta(Utf8Text text)
    {
        if (text.IsEmpty) return;
        _open.Write(text.Bytes.Span);
        sink.Delta(_messages.Count, text);
    }

    private void CloseOpen()
    {
        if (_open.WrittenCount > 0) Add(new(new(_open.WrittenSpan.ToArray()), null, null, []));
        _open.ResetWrittenCount();
    }

    private void Add(AnswerMessage message)
    {
        if (message.IsEmpty) return;
        if (_messages.Count == AnswerLimits.Messages) throw AnswerException.TooLarge($"the answer has more than {AnswerLimits.Messages} messages");
        _messages.Add(message);
    }

    private void Complete(AgentAnswer last)
    {
        foreach (var message in last.Messages) Add(message);
        if (_messages.Sum(m => m.Attachments.Count) > AnswerLimits.Attachments) throw AnswerException.TooLarge($"the answer has more than {AnswerLimits.Attachments} attachments");
        Answer = last with { Messages = _messages };
    }
}
